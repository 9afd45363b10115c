import { faultsOfJob, secretIn } from './lint-job.ts'
import type { LintFinding, LintRule } from './lint-finding.ts'
import { type Fault, faultsOfStep } from './lint-step.ts'
import { isRecord, listOf, type Path, readWorkflow } from './workflow-source.ts'

/** Triggers whose jobs may see secrets although a stranger set them off; a called workflow has its caller's. */
const trustedTriggers = ['pull_request_target', 'workflow_run', 'issue_comment', 'workflow_call']

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
  const report = (rule: LintRule, message: string, at: Path, level: LintFinding['level'] = 'error') =>
    findings.push({ rule, level, message, file, line: line(at) })
  const reportAll = (faults: Iterable<Fault>, above: Path) => {
    for (const [rule, message, at] of faults) report(rule, message, [...above, ...at])
  }

  const { jobs, runs } = value
  if (jobs === undefined && isRecord(runs)) {
    // An action does not know who calls it, so it is held to what holds where secrets may be.
    for (const [index, step] of listOf(runs['steps']).entries()) {
      if (isRecord(step)) reportAll(faultsOfStep(step, true), ['runs', 'steps', index])
    }
    return findings
  }
  if (!isRecord(jobs)) return unreadable('there are no jobs', 1)
  const triggers = triggersOf(value['on'])
  const trusted = triggers.some((trigger) => trustedTriggers.includes(trigger))
  if (triggers.includes('pull_request') && !triggers.includes('merge_group')) {
    report('merge-group-missing', 'it runs on pull_request and not on merge_group', ['on'])
  }
  const secret = secretIn(value['env'])
  if (secret !== undefined) {
    report('secrets-outside-environment', `every job is given ${secret}`, ['env'])
  }
  const entries = Object.entries(jobs)
  if (!value['concurrency'] && !entries.every(([, job]) => isRecord(job) && job['concurrency'])) {
    const message = 'neither the workflow nor each job names a concurrency group'
    report('concurrency-missing', message, ['jobs'], 'warning')
  }
  for (const [name, job] of entries) {
    if (!isRecord(job)) {
      report('workflow-unreadable', `job ${name} is no mapping`, ['jobs', name])
      continue
    }
    const around = { name, permissions: value['permissions'], triggers, trusted }
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

function triggersOf(on: unknown): string[] {
  if (isRecord(on)) return Object.keys(on)
  return Array.isArray(on) ? on.map(String) : [String(on)]
}
