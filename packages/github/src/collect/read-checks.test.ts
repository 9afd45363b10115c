import { expect, it } from 'vitest'
import { head } from '../../test/support/a-pull-request.ts'
import { connect } from './github-client.ts'
import { readChecks } from './read-checks.ts'

/** A run from one minute of an hour to another, in GitHub's form. */
const run = (conclusion: string | null, from?: number, to?: number) => ({
  id: 1,
  name: 'test',
  status: conclusion === null ? 'in_progress' : 'completed',
  conclusion,
  app: { id: 1 },
  check_suite: { id: 1 },
  started_at: atMinute(from),
  completed_at: atMinute(to),
})
const atMinute = (minute?: number) =>
  minute === undefined ? null : `2026-11-22T12:${String(minute).padStart(2, '0')}:00Z`

const checksOf = async (...runs: ReturnType<typeof run>[]) => {
  const fetch = async () => Response.json({ total_count: runs.length, check_runs: runs })
  const github = connect({ token: 'secret', retries: 0, fetch })
  const checks = await readChecks({ github, owner: 'acme', repo: 'app' }, head)
  return checks.map(({ conclusion }) => conclusion).toSorted()
}

it.each<[string, ReturnType<typeof run>[], string[]]>([
  ['one alone', [run('success', 0, 5)], ['success']],
  ['one started again', [run('failure', 0, 5), run('success', 6, 9)], ['success']],
  ['one started again, told in another order', [run('success', 6, 9), run('failure', 0, 5)], ['success']],
  ['one started again, and red now', [run('success', 0, 5), run('failure', 6, 9)], ['failure']],
  ['one started again that has not ended', [run('failure', 0, 5), run(null, 6)], ['pending']],
  ['one started again that has yet to start', [run('failure', 0, 5), run(null)], ['pending']],
  [
    'one started twice again',
    [run('failure', 0, 1), run('failure', 2, 3), run('success', 4, 5)],
    ['success'],
  ],
  ['two beside each other', [run('failure', 0, 5), run('success', 1, 9)], ['failure', 'success']],
  ['two within one second', [run('failure', 5, 5), run('success', 5, 5)], ['failure', 'success']],
  ['two of which one has not ended', [run('success', 0, 5), run(null, 1)], ['pending', 'success']],
  [
    'two, both started again',
    [run('failure', 0, 5), run('success', 0, 4), run('success', 6, 8), run('success', 7, 9)],
    ['success', 'success'],
  ],
  ['two without a time', [run('failure'), run('success')], ['failure', 'success']],
  ['one without an end', [run('failure', 0), run('success', 6, 9)], ['failure', 'success']],
  ['one without a start', [run('failure', 0, 5), run('success', undefined, 9)], ['failure', 'success']],
])(
  'of the runs of a check in one suite, counts what nothing took the place of: %s',
  async (_what, runs, left) => {
    expect(await checksOf(...runs)).toEqual(left)
  },
)
