import type { LogReport, UsageReport } from '@policy/audit'
import { countOf, type UsageCount } from '@policy/core'

/** What a verification found, for people. */
export function logReportText(path: string, report: LogReport): string {
  const { type, faults, sealed, previous, unsealed, lines, torn, limits } = report
  const head = sealed
    ? `${path}: ${countOf(lines, 'line')}, ${sealed.lines} of them sealed as ${sealed.origin}`
    : `${path}: ${countOf(lines, 'line')}, no seal that counts`
  const rest = [
    ...(previous ? [previousText(previous)] : []),
    ...(unsealed.bytes > 0
      ? [
          `  after the last line: ${countOf(unsealed.bytes, 'byte')} of a record that is being written or was torn`,
        ]
      : []),
    ...(torn.count > 0
      ? [
          `  torn lines: ${torn.count} (${torn.lines.join(', ')}${torn.count > torn.lines.length ? ', …' : ''})`,
        ]
      : []),
    ...faults.map(({ code, message }) => `  ${message} [${code}]`),
    ...limits.map((limit) => `  ${limit}`),
  ]
  return `${[head, ...rest, type === 'verified' ? verdictText(report) : 'NOT verified.'].join('\n')}\n`
}

function previousText({ lines, root, checked }: NonNullable<LogReport['previous']>): string {
  const known = checked ? 'which was given, and is that' : 'which was not looked at (--previous <that log>)'
  return `  goes on from a log of ${countOf(lines, 'line')} with the root ${root}, ${known}`
}

/** What was shown and what was not: never a bare yes, for lines after the seal are not covered by it. */
function verdictText({ sealed, unsealed, torn }: LogReport): string {
  const covered = sealed?.lines ?? 0
  const facts = [
    `${countOf(covered, 'line')} as sealed`,
    unsealed.lines === 0
      ? 'none unsealed'
      : `${countOf(unsealed.lines, 'line')} NOT sealed yet, which anybody may have changed`,
    torn.count === 0 ? 'none torn' : `${countOf(torn.count, 'line')} torn`,
  ]
  return `Verified: ${facts.join('; ')}.`
}

/** A day's use of models, for people. */
export function usageText(report: UsageReport): string {
  const { day, counted, recorded, gaps, unclosed, doubles, unreadable } = report
  const notes = [
    ...gaps.map(({ instance, from, to }) => `  missing: summaries ${from} to ${to} of ${instance}`),
    ...unclosed.map(
      ({ instance, lastSeen }) =>
        `  not closed: ${instance}, last heard of at ${lastSeen}; it runs still, or at most one interval of its counts is lost`,
    ),
    ...(doubles > 0 ? [`  ${countOf(doubles, 'entry occurs', 'entries occur')} twice and counted once`] : []),
    ...(unreadable > 0 ? [`  ${countOf(unreadable, 'line is', 'lines are')} torn or of another form`] : []),
  ]
  return [
    `${day} (UTC)\n`,
    'Counted as summaries:\n',
    countsText(counted),
    'Recorded in full:\n',
    countsText(recorded),
    ...notes.map((note) => `${note}\n`),
  ].join('')
}

const columns = ['persona', 'task class', 'model', 'calls', 'tokens in', 'tokens out'] as const

function countsText(counts: readonly UsageCount[]): string {
  if (counts.length === 0) return '  none\n'
  const rows = counts.map((count) => [
    count.persona,
    count.taskClass,
    count.model,
    String(count.calls),
    String(count.inputTokens),
    String(count.outputTokens),
  ])
  const widths = columns.map((name, column) =>
    Math.max(name.length, ...rows.map((row) => row[column]?.length ?? 0)),
  )
  const line = (row: readonly string[]) =>
    `  ${row.map((cell, column) => (column < 3 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0))).join('  ')}\n`
  return [columns, ...rows.toSorted()].map(line).join('')
}
