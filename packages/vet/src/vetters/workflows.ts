import { sarifLog, type Spot, type VetRule } from '../sarif/sarif-log.ts'
import type { VetFile } from '../vetter/vet-subject.ts'
import type { Vetter } from '../vetter/vetter.ts'
import { changedPieces } from './changed-text.ts'
import { isWorkflow } from './file-kinds.ts'

// Named as zizmor names the same.
const rules = {
  'template-injection': {
    severity: 'high',
    about: 'Text that anybody may write is pasted into a script before the shell reads it.',
  },
  'dangerous-triggers': {
    severity: 'high',
    about: 'A workflow with secrets checks out what a stranger pushed.',
  },
  'excessive-permissions': { severity: 'high', about: 'The token of the workflow may write everywhere.' },
  'unpinned-uses': {
    severity: 'medium',
    about: 'An action by a branch or a tag is what its owner makes of it tomorrow.',
  },
} as const satisfies Record<string, VetRule>

/** Workflows that hand their rights to whoever writes a title, a branch name or an action. */
export const workflows: Vetter = {
  id: 'workflows',
  version: '1',
  applies: ({ files }) => files.some(({ path }) => isWorkflow(path)),
  async run({ files }) {
    return sarifLog(workflows, rules, files.filter(({ path }) => isWorkflow(path)).flatMap(spotsIn))
  },
}

// Names and functions of expressions are told apart without regard to case, and `a['b']` is `a.b`.
const expression =
  /\$\{\{(?:(?!\}\}).){0,200}(?:\bgithub\s*(?:\.\s*event|\[\s*'event'\s*\])\s*[.[][\w.*[\]' -]{0,80}(?:title|body|message|name|email|ref|label|page_name|description)|\bgithub\s*(?:\.\s*|\[\s*')(?:head_ref|ref_name)|\binputs\s*[.[]|\btojson\s*\(\s*github\b)/i
// An expression that is a variable's or an input's whole value is not read by a shell.
const wholeValue = /^\s*-?\s*(?!run\s*:|script\s*:)[\w.-]+\s*:\s*(["']?)\$\{\{[^}]*\}\}\1\s*(?:#.*)?$/
const condition = /^\s*-?\s*(?:if|name|run-name|group)\s*:/
const headCheckout = /github\.(?:event\.pull_request\.head\.(?:sha|ref)|head_ref)|refs\/pull\/\$\{\{/i
const strangersTrigger =
  /^\s*(?:-\s*)?["']?(?:pull_request_target|workflow_run|issue_comment)\b|\bon["']?\s*:.*\b(?:pull_request_target|workflow_run|issue_comment)\b/

function spotsIn(file: VetFile): Spot[] {
  const { path } = file
  return [
    ...strangersCode(file),
    ...changedPieces(file).flatMap(({ line, text: content }): Spot[] => {
      const spot = (rule: keyof typeof rules, message: string): Spot => ({ rule, path, line, message })
      const uses = /\buses\s*:\s*["']?([^\s"'#]+)/.exec(content)?.[1]
      return [
        ...(expression.test(content) && !wholeValue.test(content) && !condition.test(content)
          ? [spot('template-injection', 'hand the value over in `env` and let the script read the variable')]
          : []),
        ...(/^\s*permissions\s*:\s*["']?write-all\b/.test(content)
          ? [spot('excessive-permissions', 'name the permissions that the job needs')]
          : []),
        ...(uses !== undefined && !isPinned(uses)
          ? [spot('unpinned-uses', `${uses} is not pinned to a full commit id`)]
          : []),
      ]
    }),
  ]
}

/** A trigger that runs with secrets beside a checkout of what a stranger pushed, one of both being new. */
function strangersCode({ path, text = '', changedLines }: VetFile): Spot[] {
  const lines = text
    .split('\n')
    .map((content, index) => ({ line: index + 1, content: content.slice(0, 2000) }))
  const triggers = lines.filter(({ content }) => strangersTrigger.test(content))
  const checkouts = lines.filter(({ content }) => /\bref\s*:/.test(content) && headCheckout.test(content))
  const changed = [...checkouts, ...triggers].find(({ line }) => changedLines.has(line))
  if (triggers.length === 0 || checkouts.length === 0 || changed === undefined) return []
  const message = 'this trigger runs with secrets: do not check out the head of the pull request'
  return [{ rule: 'dangerous-triggers', path, line: changed.line, message }]
}

const isPinned = (uses: string) =>
  /@[0-9a-f]{40}$/.test(uses) || uses.startsWith('./') || /^docker:\/\/.*@sha256:[0-9a-f]{64}$/.test(uses)
