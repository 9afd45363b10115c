import { countOf } from '../text/count-of.ts'
import { thumbprint } from '../grant/thumbprint.ts'
import type { Escalation, EscalationRequest } from './escalation.ts'

/** The part of `escalation.md` that people read, generated from the same facts as the front matter. */
export function renderProse(escalation: Escalation): string {
  const { estimate, reasons, paths } = escalation
  return `# Escalation: ${escaped(escalation.task)}

${escaped(escalation.summary)}

- **Asks for:** ${renderRequest(escalation.request)}
- **Asked by:** ${code(escalation.agent)}, acting as ${code(escalation.persona)}, with the key ${code(thumbprint(escalation.agentKey))}
- **Why:** ${reasons.join(', ')}
- **Files it may touch:** ${list(paths)}
- **Measured so far:** ${measured(escalation.measured)}
- **The agent's own estimate:** ${countOf(estimate.promptTokens, 'prompt token')}; output: ${list(estimate.outputs)}
- **Where:** ${code(escalation.repo)}, from commit ${code(escalation.base)}
- **Spent in:** ledger ${code(escalation.ledger)}
- **Under policy:** ${code(escalation.policy)}
- **Id:** ${code(escalation.id)}

A person whom the policy lists answers with \`model-policy approve\` or \`model-policy decline\`.
A change to anything above makes the answer void.
`
}

/** What is asked for as Markdown that a person can read letter for letter: the exact arguments of a command, the exact target of a write. */
export function renderRequest(request: EscalationRequest): string {
  if ('model' in request) {
    const tools = request.tools ? `, whose tools ${list(request.tools)} may act on their own` : ''
    return `the model ${code(request.model)}${tools}`
  }
  if ('command' in request) {
    const { command, cwd, environment } = request
    const where = cwd === undefined ? '' : ` in ${code(cwd)}`
    const given = environment === undefined ? '' : `, given the variables ${list(environment)}`
    return `one run of the command ${code(inAscii(JSON.stringify(command)))}${where}${given}`
  }
  return `one write to ${code(inAscii(request.write))}`
}

/** Text with every letter that is not plain ASCII spelt as JSON would: letters of other scripts look like Latin ones. */
const inAscii = (text: string) =>
  text.replaceAll(/[^ -~]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)

function measured(facts: Escalation['measured']): string {
  if (facts === null) return 'nothing has changed yet'
  const { changedFiles, changedLines, modules, sensitive } = facts
  const size = `${countOf(changedFiles, 'file')}, ${countOf(changedLines, 'line')}, ${countOf(modules, 'module')}`
  return `${size}; sensitive: ${list(sensitive)}`
}

const list = (texts: readonly string[]) => texts.map(code).join(', ') || 'none'

/** Text as Markdown code, which renders it letter for letter; the fence is longer than any run of backticks inside. */
function code(text: string): string {
  const longest = Math.max(0, ...(text.match(/`+/g) ?? []).map((run) => run.length))
  const fence = '`'.repeat(longest + 1)
  const padding = longest > 0 ? ' ' : ''
  return `${fence}${padding}${text}${padding}${fence}`
}

/** Text in which nothing acts as Markdown or HTML: no comment that hides what follows, no link, no heading. */
function escaped(text: string): string {
  return text.replaceAll(/[\\`*_[\]<>&|~#!]/g, (character) => `\\${character}`)
}
