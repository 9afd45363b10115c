import type { LintRule } from './lint-finding.ts'
import { faultsOfScript } from './lint-script.ts'
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

/** What the workflow itself or the runner says: no stranger's text. */
const ownContexts = /^(?:matrix|runner|strategy|vars)\.[\w.-]+$|^github\.(?:action_path|workspace)$/

/**
 * The faults of a step. `trusted` says that it runs where secrets may be although a stranger set it off.
 */
export function* faultsOfStep(step: Record<string, unknown>, trusted: boolean): Generator<Fault> {
  const { uses, run, with: given } = step
  const inputs = isRecord(given) ? given : {}
  if (typeof uses === 'string') {
    yield* faultsOfUses(uses)
    if (/^actions\/checkout@/i.test(uses)) yield* faultsOfCheckout(inputs, trusted)
    if (trusted && /^actions\/download-artifact@/i.test(uses) && inputs['run-id'] !== undefined) {
      const message = 'it unpacks what another run made, which may be what a pull request brings'
      yield ['untrusted-checkout', message, ['with', 'run-id']]
    }
  }
  const [found] = typeof inputs['script'] === 'string' ? expressionsIn(inputs['script']) : []
  if (found !== undefined)
    yield ['template-injection', `\${{${found}}} is interpolated into a script`, ['with', 'script']]
  yield* faultsOfShell(step)
  if (typeof run !== 'string') return
  for (const [rule, message] of faultsOfScript(run, trusted)) yield [rule, message, ['run']]
}

/** The faults of what scripts are run by, and where: of a step, or of the defaults of a job or a workflow. */
export function* faultsOfShell(around: Record<string, unknown>): Generator<Fault> {
  for (const key of ['shell', 'working-directory']) {
    const found = expressionsIn(String(around[key] ?? '')).find((one) => !isOwn(one))
    if (found !== undefined) yield ['template-injection', `\${{${found}}} decides on the ${key}`, [key]]
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
  return expression !== undefined && partsOf(expression).every((part) => baseContexts.includes(part))
}

const isOwn = (expression: string) => partsOf(expression).every((part) => ownContexts.test(part))

const partsOf = (expression: string) => expression.split('||').map((part) => part.trim().toLowerCase())
