import type { Verdict, VerdictFinding } from '../verdict/verdict.ts'
import { inert } from './inert.ts'

const headings = {
  neutral: 'Nothing to judge',
  pass: 'Pass',
  'needs-maintainer': 'A maintainer has to look at this',
  fail: 'Fail',
  error: 'Error: not every fact could be had, so nothing passes',
} as const

/** Findings that are shown; a report is read by people, and GitHub takes no longer summary than 1 MiB. */
const mostFindings = 40

/** A verdict as Markdown for a job's summary or a comment, its gravest findings first; nothing in it that strangers wrote can act. */
export function renderVerdict(verdict: Verdict, about: string, most = mostFindings): string {
  const { type, code, findings } = verdict
  const shown = findings.toSorted((one, other) => weight(one) - weight(other)).slice(0, most)
  const left = findings.length - shown.length
  return [
    `### Model policy: ${headings[type]}${code === undefined ? '' : ` (\`${code}\`)`}`,
    '',
    `Judged: ${inert(about)}, by the policy of its base branch.`,
    '',
    ...(shown.length === 0 ? [] : ['| | question | saw | so |', '| --- | --- | --- | --- |']),
    ...shown.map(
      ({ effect, question, saw, reason, remedy }) =>
        `| ${effect} | ${question} | ${inert(saw)} | ${inert(reason)}${remedy === undefined ? '' : `<br>next: ${inert(remedy)}`} |`,
    ),
    ...(left > 0 ? ['', `${left} more findings are not shown.`] : []),
    '',
  ].join('\n')
}

const order = ['error', 'fail', 'needs-maintainer', 'pass', 'note'] as const
const weight = ({ effect }: VerdictFinding) => order.indexOf(effect)
