import type { LintRule } from './lint-finding.ts'
import { expressionsIn, isRecord, type Path } from './workflow-source.ts'

/** What is wrong with one step or job, and which of its members says so. */
export type Fault = [rule: LintRule, message: string, at: Path]

// What GitHub fills in from the base branch whatever a pull request brings, in runs that a stranger's pull request may set off.
const baseContexts = [
  'github.event.repository.default_branch',
  'github.event.pull_request.base.ref',
  'github.event.pull_request.base.sha',
  'github.event.merge_group.base_ref',
  'github.event.merge_group.base_sha',
  'github.base_ref',
  'github.ref',
  'github.ref_name',
  'github.sha',
]

/** `gh pr checkout`, or git putting something into the working tree. */
const checkoutCommand =
  /\bgh\s+pr\s+checkout\b|\bgit\b[^\n;&|]*\s(?:checkout|switch|merge|pull|reset|restore|worktree|cherry-pick|rebase|read-tree|am|apply)\b/

/**
 * The faults of a step. `trusted` says that it runs where secrets may be although a stranger set it off.
 */
export function* faultsOfStep(step: Record<string, unknown>, trusted: boolean): Generator<Fault> {
  const { uses, run, with: given } = step
  const inputs = isRecord(given) ? given : {}
  if (typeof uses === 'string') {
    yield* faultsOfUses(uses)
    if (/^actions\/checkout@/i.test(uses)) yield* faultsOfCheckout(inputs, trusted)
  }
  for (const [script, at] of [
    [run, ['run']],
    [inputs['script'], ['with', 'script']],
  ] as const) {
    if (typeof script !== 'string') continue
    const [found] = expressionsIn(script)
    if (found !== undefined) yield ['template-injection', `\${{${found}}} is interpolated into a script`, at]
  }
  if (typeof run !== 'string') return
  for (const name of fetchedByName(run)) {
    yield ['unpinned-uses', `${name} is fetched and run without an exact version`, ['run']]
  }
  const [checkout] = (trusted && checkoutCommand.exec(run)) || []
  if (checkout !== undefined) {
    yield [
      'untrusted-checkout',
      `"${checkout}" may put what a pull request brings into the working tree`,
      ['run'],
    ]
  }
}

/** The faults of what a step or a job uses: an action, a container or a workflow. */
export function* faultsOfUses(uses: string): Generator<Fault> {
  if (uses.startsWith('./')) return
  const pinned = /@[0-9a-f]{40}$|^docker:\/\/.*@sha256:[0-9a-f]{64}$/.test(uses)
  if (!pinned) yield ['unpinned-uses', `${uses} is not pinned by a full commit id`, ['uses']]
}

function* faultsOfCheckout(inputs: Record<string, unknown>, trusted: boolean): Generator<Fault> {
  if (String(inputs['persist-credentials']) !== 'false') {
    yield ['artipacked', 'the checkout keeps its credentials: persist-credentials: false', ['uses']]
  }
  if (!trusted) return
  const { ref, repository } = inputs
  if (ref !== undefined && !isOfBase(String(ref)))
    yield ['untrusted-checkout', `it checks out ${String(ref)}`, ['with', 'ref']]
  if (
    repository !== undefined &&
    !/^[\w.-]+\/[\w.-]+$|^\$\{\{ *github\.repository *\}\}$/.test(String(repository))
  ) {
    yield ['untrusted-checkout', `it checks out from ${String(repository)}`, ['with', 'repository']]
  }
}

function isOfBase(ref: string): boolean {
  if (!ref.includes('${{')) return !/^(?:refs\/)?(?:remotes\/)?pull\//.test(ref)
  const [, expression] = /^\$\{\{([^]*)\}\}$/.exec(ref.trim()) ?? []
  return (
    expression !== undefined &&
    expression.split('||').every((part) => baseContexts.includes(part.trim().toLowerCase()))
  )
}

/** Packages that a script fetches by name and runs, such as `npx x`, without saying which version. */
function fetchedByName(script: string): string[] {
  const fetching = /(?:^|[\s;&|(])(?:npx|pnpx|bunx|(?:pnpm|yarn)\s+dlx|npm\s+(?:exec|x))\s+([^\n;&|]*)/g
  return [...script.matchAll(fetching)].flatMap(([, rest = '']) => {
    const words = rest.split(/\s+/)
    if (words.includes('--no') || words.includes('--no-install')) return []
    const name = words.find((word) => word !== '' && !word.startsWith('-'))
    return name === undefined || /@\d+\.\d+\.\d+/.test(name) ? [] : [name]
  })
}
