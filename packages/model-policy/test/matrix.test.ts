import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { manager, outsider } from '../../github/test/support/a-pull-request.ts'
import { at } from '../../github/test/support/fake-github.ts'
import { approvals } from './matrix/approvals.ts'
import { faults } from './matrix/faults.ts'
import { files } from './matrix/files.ts'
import { queues } from './matrix/queues.ts'
import { runs } from './matrix/runs.ts'
import { about, type Event, type Scenario } from './matrix/scenario.ts'
import { mark } from './matrix/steps.ts'
import { packedPrograms, type Programs, whyNotPacked } from './support/packed.ts'
import { pullRequestStory, type PullRequestStory, putLabel, workedStory } from './support/pull-request.ts'
import { runnerOf } from './support/runner.ts'

// The rows of the study's matrix that involve fetching, by their numbers: the CLI as it is packed and the Action as it is bundled,
// each a process of its own, ask a fake GitHub over a bare repository, for events that GitHub has sent, changed by named edits.

interface Told {
  type: string
  code?: string
  findings: { saw: string; reason: string }[]
}

const exits: Readonly<Record<string, number>> = {
  neutral: 0,
  pass: 0,
  'needs-maintainer': 2,
  fail: 3,
  error: 1,
}

let programs: Programs
let stories: Record<Scenario['from'], PullRequestStory>
let restore: Record<Scenario['from'], () => void>
beforeAll(async () => {
  programs = packedPrograms()
  stories = { begun: await pullRequestStory(), worked: await workedStory() }
  restore = { begun: stories.begun.save(), worked: stories.worked.save() }
}, 120_000)
afterAll(async () => {
  programs[Symbol.dispose]()
  await Promise.all(Object.values(stories).map((story) => story[Symbol.asyncDispose]()))
})

/** Run what there is, each in the same clone, and give what each told. */
async function runAll(
  story: PullRequestStory,
  { name, payload: about }: Event,
  argv: string[],
  { fetchHead = true, backOff = 20 }: Pick<Scenario, 'fetchHead' | 'backOff'> = {},
) {
  using runner = runnerOf(story, { fetchHead })
  const env = {
    GITHUB_API_URL: story.github.url,
    GITHUB_REPOSITORY: 'acme/app',
    GITHUB_EVENT_NAME: name,
    GITHUB_EVENT_PATH: runner.event(about),
    MODEL_POLICY_BACK_OFF_MS: String(backOff),
  }
  const { cli, action } = programs
  return await Promise.all([
    action.run(argv, { cwd: runner.folder, env: { ...env, INPUT_TOKEN: 'of-the-action' } }),
    ...(cli ? [cli.run(argv, { cwd: runner.folder, env: { ...env, GITHUB_TOKEN: 'of-the-cli' } })] : []),
  ])
}

const opened = () => about('pull_request', 'labeled')

describe('the matrix, run as users run it', () => {
  it.each([...approvals, ...files, ...runs, ...queues, ...faults])(
    '$row: $scenario',
    async ({ from, change, verdict, tells = '', ...how }) => {
      restore[from]()
      const story = stories[from]
      const started = (await change(story)) ?? opened()
      const told = await runAll(story, started, ['gate', '--json'], how)
      const [first, ...others] = told.map(({ code, out, err }) => {
        if (out === '') throw new Error(err)
        return { exit: code, ...(JSON.parse(out) as Told) }
      })
      expect(`${first?.type} ${first?.code ?? ''}`.trim()).toBe(verdict)
      expect(first?.exit).toBe(exits[first?.type ?? ''])
      expect(first?.findings.map(({ saw, reason }) => `${saw} ${reason}`).join('\n')).toContain(tells)
      for (const other of others) expect(other).toEqual(first)
    },
  )

  it('59: text that strangers wrote stays text', async () => {
    restore.worked()
    const story = stories.worked
    const hostile = '::error::x $(id) `id` <img src=x onerror=y> @acme/owners'
    mark(story, outsider, hostile)
    story.push(`${hostile}\n\n::set-output name=x::y\n\nAI-Model: ${hostile}`, {
      'src/auth/::error::x <img>`': '1',
    })
    story.github.world.body = `${hostile}\n`.repeat(1000)
    const run = about('pull_request', 'labeled', { title: hostile, body: hostile })
    for (const { code, out, err } of await runAll(story, run, ['gate'])) {
      expect(code).toBe(3)
      expect(out).toContain('### Model policy: Fail')
      expect(out + err).not.toMatch(/^::/m)
      expect(out.replaceAll(/(`+)[^`].*?\1/g, '')).not.toMatch(/<img|@acme/)
    }
  })

  it('mints once for all', async () => {
    restore.begun()
    const story = stories.begun
    putLabel(story)
    const env = { MODEL_POLICY_MINTER_KEY: JSON.stringify(story.minter.privateJwk), GITHUB_TOKEN: 'token' }
    using runner = runnerOf(story)
    const { payload } = about('pull_request', 'labeled', {
      head: { sha: story.github.world.head },
      updated_at: at,
    })
    const event = runner.event({ ...(payload as object), sender: { id: manager.id } })
    const job = { GITHUB_API_URL: story.github.url, GITHUB_REPOSITORY: 'acme/app', GITHUB_EVENT_PATH: event }
    for (const program of [programs.action, programs.cli ?? programs.action]) {
      const options = {
        cwd: runner.folder,
        env: { ...env, ...job, GITHUB_EVENT_NAME: 'pull_request_target' },
      }
      expect(await program.run(['mint'], options)).toMatchObject({ code: 0 })
    }
    expect(story.github.world.comments).toHaveLength(1)
  })

  it.skipIf(whyNotPacked === undefined)(`runs the packed CLI too: not run here, ${whyNotPacked}`, () => {})
})
