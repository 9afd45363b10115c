import { countOf } from '../text/count-of.ts'
import type { Finding } from '../decision/finding.ts'
import type { Policy } from '../policy/policy.ts'
import type { MeasuredChange } from './measured-change.ts'

/**
 * One finding for each threshold of the policy that a measured change crosses; none when it crosses none.
 *
 * A threshold is crossed above its figure, not at it; a sensitive path is crossed by its first match. Pure.
 */
export function assessChange(policy: Policy, measured: MeasuredChange): Finding[] {
  const { thresholds } = policy.document
  const counts = [
    ['changedLines', 'changed line', measured.changedLines],
    ['changedFiles', 'changed file', measured.changedFiles],
    ['modules', 'module', measured.modules.length],
  ] as const
  const findings = counts.flatMap(([name, noun, count]): Finding[] => {
    const limit = thresholds[name]
    if (limit === undefined || count <= limit) return []
    return [
      crossed(
        name,
        countOf(count, noun),
        `more than ${countOf(limit, noun)}`,
        `split the work so that it stays at ${limit} or fewer`,
      ),
    ]
  })
  const [first, ...more] = measured.sensitive
  if (first === undefined) return findings
  const others = more.length === 0 ? '' : ` and ${more.length} more`
  const touched = `${JSON.stringify(first.path)} (${first.pattern})${others}`
  return [
    ...findings,
    crossed('sensitivePaths', touched, 'touches sensitive paths', 'leave these paths out of the change'),
  ]
}

function crossed(threshold: string, saw: string, what: string, remedy: string): Finding {
  return {
    rule: `threshold:${threshold}`,
    effect: 'escalate',
    saw,
    reason: `${what}: an objective reason to escalate`,
    remedy,
  }
}
