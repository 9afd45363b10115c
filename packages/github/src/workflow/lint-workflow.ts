import { isMap, isPair, isScalar, LineCounter, parseDocument, visit, type YAMLMap } from 'yaml'
import type { LintFinding, LintRule } from './lint-finding.ts'

/** Triggers whose jobs see secrets although a stranger's pull request set them off. */
const trustedTriggers = ['pull_request_target', 'workflow_run', 'issue_comment']

/**
 * Look a workflow over for what would let a pull request judge, sign or run itself. Pure.
 *
 * It knows the few faults that matter to a gate; `actionlint` and `zizmor` know many more.
 */
export function lintWorkflow(text: string, file: string): LintFinding[] {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, logLevel: 'silent' })
  const findings: LintFinding[] = []
  const report = (rule: LintRule, message: string, node?: unknown, level: LintFinding['level'] = 'error') => {
    const start = (node as { range?: [number, number, number] } | undefined)?.range?.[0] ?? 0
    findings.push({ rule, level, message, file, line: Math.max(1, lines.linePos(start).line) })
  }
  const [fault] = document.errors
  const jobs = document.get('jobs')
  if (fault || !isMap(document.contents) || !isMap(jobs)) {
    report('workflow-unreadable', fault?.message ?? 'there are no jobs')
    return findings
  }
  // YAML 1.1 readers take the key `on` for true; this one reads it as it is written.
  const triggers = triggersOf(document.get('on', true))
  if (triggers.includes('pull_request') && !triggers.includes('merge_group')) {
    report('merge-group-missing', 'it runs on pull_request and not on merge_group', document.get('on', true))
  }
  const top = document.get('permissions', true)
  if (!document.has('concurrency') && !everyJobHas(jobs, 'concurrency')) {
    report(
      'concurrency-missing',
      'neither the workflow nor each job names a concurrency group',
      jobs,
      'warning',
    )
  }
  for (const { key, value: job } of jobs.items) {
    if (!isMap(job)) continue
    const name = String(key)
    const permissions = job.get('permissions', true) ?? top
    if (permissions === undefined || permissions === null) {
      report(
        'excessive-permissions',
        `job ${name} takes what the repository gives: no permissions are named`,
        key,
      )
    } else if (isScalar(permissions) && permissions.value === 'write-all') {
      report('excessive-permissions', `job ${name} may write everything`, permissions)
    } else if (isMap(permissions) && triggers.includes('pull_request') && !job.has('environment')) {
      for (const { key: scope, value } of permissions.items) {
        if (String(value) === 'write')
          report('excessive-permissions', `job ${name} may write ${String(scope)}`, scope)
      }
    }
    if (!job.has('environment')) {
      const secret = /secrets\s*[.[]\s*['"]?(?!GITHUB_TOKEN)[\w-]+|secrets:\s*inherit/.exec(String(job))
      if (secret)
        report('secrets-outside-environment', `job ${name} uses ${secret[0]} without an environment`, key)
    }
  }
  visit(document, {
    Map: (_key, step) => {
      for (const [rule, message, node] of faultsOfStep(step, triggers)) report(rule, message, node)
    },
  })
  return findings
}

function* faultsOfStep(step: YAMLMap, triggers: readonly string[]): Generator<[LintRule, string, unknown]> {
  const uses = step.get('uses')
  const node = step.get('uses', true)
  if (typeof uses === 'string' && !uses.startsWith('./')) {
    const pinned = /@[0-9a-f]{40}$|^docker:\/\/.*@sha256:[0-9a-f]{64}$/.test(uses)
    if (!pinned) yield ['unpinned-uses', `${uses} is not pinned by a full commit id`, node]
  }
  if (typeof uses === 'string' && uses.startsWith('actions/checkout@')) {
    const given = step.get('with')
    const persist = isMap(given) ? String(given.get('persist-credentials')) : 'undefined'
    if (persist !== 'false')
      yield ['artipacked', 'the checkout keeps its credentials: persist-credentials: false', node]
    const ref = isMap(given) ? `${String(given.get('ref'))} ${String(given.get('repository'))}` : ''
    const untrusted = /head_ref|\.head\b|refs\/pull\/|merge_commit_sha|head_sha|head_commit/.test(ref)
    if (untrusted && triggers.some((trigger) => trustedTriggers.includes(trigger))) {
      yield ['untrusted-checkout', `it checks out ${ref.trim()}`, node]
    }
  }
  const given = step.get('with')
  const scripts = [step.get('run', true), isMap(given) ? given.get('script', true) : undefined]
  for (const script of scripts) {
    const [found] = /\$\{\{[^}]*\}\}/.exec(isScalar(script) ? String(script.value) : '') ?? []
    if (found !== undefined) yield ['template-injection', `${found} is interpolated into a script`, script]
  }
}

function triggersOf(on: unknown): string[] {
  if (isMap(on)) return on.items.map(({ key }) => String(key))
  const listed = (on as { items?: unknown[] } | undefined)?.items
  return listed ? listed.map(String) : [String(on)]
}

const everyJobHas = (jobs: YAMLMap, member: string) =>
  jobs.items.every((job) => isPair(job) && isMap(job.value) && job.value.has(member))
