import { faultsOfDefaults, faultsOfJob, secretIn } from './lint-job.ts'
import { faultsOfGate } from './lint-gate.ts'
import type { LintFinding, LintRule } from './lint-finding.ts'
import { type Fault, faultsOfStep, faultsOfUses } from './lint-step.ts'
import { isRecord, listOf, type Path, readWorkflow, textsOf } from './workflow-source.ts'

/** Triggers whose jobs may see secrets although a stranger set them off; a called workflow has its caller's. */
const trustedTriggers = [
  'pull_request_target',
  'workflow_run',
  'workflow_call',
  'issue_comment',
  'issues',
  'discussion',
  'discussion_comment',
]

/** Triggers that run a workflow as the pull request has it. */
const untrustedTriggers = ['pull_request', 'pull_request_review', 'pull_request_review_comment']

/** Rules whose fault may be meant, by what the file cannot tell. */
const warnings: readonly LintRule[] = ['concurrency-missing', 'self-hosted-runner']

/**
 * Look a workflow, or an action of the repository's own, over for what would let a pull request judge, sign or run itself. Pure.
 *
 * It knows the few faults that matter to a gate; `actionlint` and `zizmor` know many more.
 */
export function lintWorkflow(text: string, file: string): LintFinding[] {
  const source = readWorkflow(text)
  const unreadable = (message: string, line: number): LintFinding[] => [
    { rule: 'workflow-unreadable', level: 'error', message, file, line },
  ]
  if (source.type === 'unreadable') return unreadable(source.message, source.line)
  const { value, line } = source
  const findings: LintFinding[] = []
  const report = (rule: LintRule, message: string, at: Path) =>
    findings.push({
      rule,
      level: warnings.includes(rule) ? 'warning' : 'error',
      message,
      file,
      line: line(at),
    })
  const reportAll = (faults: Iterable<Fault>, above: Path) => {
    for (const [rule, message, at] of faults) report(rule, message, [...above, ...at])
  }

  const { jobs, runs } = value
  if (jobs === undefined && isRecord(runs)) {
    if (typeof runs['image'] === 'string' && runs['image'].startsWith('docker://')) {
      reportAll(faultsOfUses(runs['image']), ['runs'])
    }
    reportAll(faultsOfGate(runs, 'of this action'), ['runs'])
    // An action does not know who calls it, so it is held to what holds where secrets may be.
    for (const [index, step] of listOf(runs['steps']).entries()) {
      if (isRecord(step)) reportAll(faultsOfStep(step, true), ['runs', 'steps', index])
    }
    return findings
  }
  if (!isRecord(jobs)) return unreadable('there are no jobs', 1)
  const triggers = triggersOf(value['on'])
  const names = Object.keys(triggers)
  const trusted = names.some((trigger) => trustedTriggers.includes(trigger))
  const untrusted = names.some((trigger) => untrustedTriggers.includes(trigger))
  if ('pull_request' in triggers && !('merge_group' in triggers)) {
    report('merge-group-missing', 'it runs on pull_request and not on merge_group', ['on'])
  }
  const group = triggers['merge_group']
  if (
    isRecord(group) &&
    group['types'] !== undefined &&
    !textsOf(group['types']).includes('checks_requested')
  ) {
    const message = 'it runs on merge_group, and not when checks are requested'
    report('merge-group-missing', message, ['on', 'merge_group', 'types'])
  }
  reportAll(faultsOfDefaults(value), [])
  const secret = secretIn(value['env'])
  if (secret !== undefined) {
    report('secrets-outside-environment', `every job is given ${secret}`, ['env'])
  }
  const entries = Object.entries(jobs)
  if (!value['concurrency'] && !entries.every(([, job]) => isRecord(job) && job['concurrency'])) {
    const message = 'neither the workflow nor each job names a concurrency group'
    report('concurrency-missing', message, ['jobs'])
  }
  for (const [name, job] of entries) {
    if (!isRecord(job)) {
      report('workflow-unreadable', `job ${name} is no mapping`, ['jobs', name])
      continue
    }
    const around = { name, permissions: value['permissions'], untrusted, trusted }
    reportAll(faultsOfJob(job, around), ['jobs', name])
  }
  return findings
}

/** The workflows and actions of the repository's own that a workflow uses: paths below its top, such as `.github/actions/build`. */
export function localUses(text: string): string[] {
  const source = readWorkflow(text)
  if (source.type === 'unreadable') return []
  const { jobs, runs } = source.value
  const users = [...Object.values(isRecord(jobs) ? jobs : {}), runs].filter(isRecord)
  const used = users
    .flatMap((user) => [user, ...listOf(user['steps']).filter(isRecord)])
    .map(({ uses }) => uses)
  return used
    .filter((uses) => typeof uses === 'string')
    .filter((uses) => uses.startsWith('./'))
    .map((uses) => uses.slice(2).replace(/\/$/, ''))
}

/** The events that set a workflow off, each with what is said of it. */
function triggersOf(on: unknown): Record<string, unknown> {
  if (isRecord(on)) return on
  const names = Array.isArray(on) ? on : [on]
  return Object.fromEntries(names.map((name) => [String(name), undefined]))
}
