import type { Fault } from '../../../github/test/support/fake-github.ts'
import { type Payload, type Scenario } from './scenario.ts'

const on =
  (part: RegExp, fault: ReturnType<Fault>, from = 0): Fault =>
  (path, attempt) =>
    part.test(path) && attempt >= from ? fault : undefined
const withHead = (edits: Payload, from = 0) =>
  on(
    /\/pulls\/12$/,
    {
      change: (answer) => ({
        ...(answer as Payload),
        head: { ...(answer as { head: Payload }).head, ...edits },
      }),
    },
    from,
  )
const changed = (part: RegExp, edit: (answer: Payload) => unknown) =>
  on(part, { change: (answer) => edit(answer as Payload) })

/** Rows about what GitHub may do wrong, none of which may pass. */
export const faults: Scenario[] = (
  [
    [34, 'the fork is gone', withHead({ repo: null }), 'github_incomplete'],
    [53, '403', on(/\/permission$/, { status: 403 }), 'github_failed'],
    [53, '404', on(/\/events$/, { status: 404 }), 'github_failed'],
    [53, '500', on(/\/compare\//, { status: 500 }), 'github_failed'],
    [53, '502', on(/\/reviews$/, { status: 502 }), 'github_failed'],
    [53, '429', on(/\/check-runs$/, { status: 429, headers: { 'retry-after': '0' } }), 'github_failed'],
    [
      53,
      'the rate limit',
      on(/\/pulls\/12$/, { status: 403, headers: { 'x-ratelimit-remaining': '0' } }),
      'github_failed',
    ],
    [53, 'no answer in time', on(/\/activity$/, { hang: true }), 'github_failed'],
    [53, 'an answer cut off', on(/\/comments$/, { cut: true }), 'github_failed'],
    [53, 'another form', on(/\/branches\//, { change: () => ({ message: 'odd' }) }), 'github_incomplete'],
    [
      53,
      'commits lost',
      changed(/\/compare\//, (answer) => ({ ...answer, commits: [] })),
      'github_incomplete',
    ],
    [53, 'comments lost', on(/\/comments$/, { change: () => [] }), 'github_incomplete'],
    [
      53,
      'checks lost',
      changed(/\/check-runs$/, (answer) => ({ ...answer, check_runs: [] })),
      'github_incomplete',
    ],
    [
      53,
      'a count of zero',
      changed(/\/compare\//, (answer) => ({ ...answer, total_commits: 0 })),
      'github_incomplete',
    ],
    [53, 'a head that moved meanwhile', withHead({ sha: 'e'.repeat(40) }, 1), 'github_incomplete'],
  ] as const
).map(([row, scenario, fault, code]) => ({
  row,
  scenario,
  from: 'worked',
  ...(scenario === 'no answer in time' ? { backOff: 1 } : {}),
  change: ({ github }) => void (github.fault = fault),
  verdict: `error ${code}`,
}))
