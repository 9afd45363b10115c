/** How bad a finding is, mildest first; the bands of CVSS. */
export const severities = ['none', 'low', 'medium', 'high', 'critical'] as const

/** One of the bands. */
export type Severity = (typeof severities)[number]

const bands = {
  none: { level: 'none', score: '0.0' },
  low: { level: 'note', score: '2.0' },
  medium: { level: 'warning', score: '5.0' },
  high: { level: 'error', score: '8.0' },
  critical: { level: 'error', score: '9.5' },
} as const

/** The SARIF level of a band. */
export const levelOf = (severity: Severity) => bands[severity].level

/** A `security-severity` in a band, as code hosts read it. */
export const scoreOf = (severity: Severity) => bands[severity].score

/** Whether one band is at least as bad as another. */
export const isAtLeast = (severity: Severity, limit: Severity) =>
  severities.indexOf(severity) >= severities.indexOf(limit)

/**
 * The band of a SARIF result: by the rule's `security-severity` (0 to 10), else by its level. A value that cannot be read is the
 * worst there is.
 */
export function severityOf(level: string | undefined, score: unknown): Severity {
  if (score === undefined) {
    return (
      ({ none: 'none', note: 'low', warning: 'medium', error: 'high' } as const)[level ?? 'warning'] ??
      'critical'
    )
  }
  const number = typeof score === 'string' && score.trim() !== '' ? Number(score) : score
  if (typeof number !== 'number' || !(number >= 0)) return 'critical'
  if (number >= 9) return 'critical'
  if (number >= 7) return 'high'
  if (number >= 4) return 'medium'
  return number > 0 ? 'low' : 'none'
}
