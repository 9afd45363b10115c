import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeEach, describe, expect, it } from 'vitest'
import { actions } from '../../github/test/support/fake-github.ts'
import { agent, outsider } from '../../github/test/support/a-pull-request.ts'
import { pullRequestStory } from './support/pull-request.ts'

const marker = '<!-- model-policy:verdict -->'
const story = await pullRequestStory()
const restore = story.save()
afterAll(() => story[Symbol.asyncDispose]())
beforeEach(() => restore())

const now = () => story.github.world
const comment = (env?: Record<string, string>) =>
  story.type(env ? ['comment'] : ['comment', '--pull-request', '12'], env)
const work = () => story.push('Start\n\nAI-Model: gpt-5.3-codex', { 'src/a.ts': '1' })
const bodies = () => now().comments.map(({ body }) => body)
const writes = () => story.github.requests.filter((request) => !request.startsWith('GET'))

describe('comment', () => {
  it('is one: written, left alone while it says the same, updated when it does not', async () => {
    work()
    expect(await comment()).toMatchObject({ code: 0, out: '#12: fail, comment written\n' })
    const [first] = bodies()
    expect(first).toMatch(/^<!-- model-policy:verdict -->\n### Model policy: Fail \(`approval_missing`\)/)
    // as it comes back from GitHub when somebody has looked at it in an editor
    for (const one of now().comments) one.body = one.body.replaceAll('\n', '\r\n').trim()
    expect(await comment()).toMatchObject({ code: 0, out: '#12: fail, comment unchanged\n' })
    expect(writes()).toHaveLength(1)
    now().labels.push('model:codex-refuse')
    expect(await comment()).toMatchObject({ code: 0, out: '#12: fail, comment updated\n' })
    expect(bodies()).toEqual([expect.stringContaining('approval_declined')])
  })

  it('is not begun where there is nothing to judge, and says so where it was begun before', async () => {
    expect(await comment()).toMatchObject({ code: 0, out: '#12: neutral, comment none\n' })
    expect(writes()).toEqual([])
    now().comments.push({ id: 1, by: actions, body: `${marker}\n### Model policy: Fail` })
    expect(await comment()).toMatchObject({ out: '#12: neutral, comment updated\n' })
    expect(bodies()).toEqual([expect.stringContaining('Nothing to judge')])
  })

  it('is never one that somebody else wrote, whatever marker it bears, and is found on any page', async () => {
    work()
    const strangers = [
      { by: outsider, body: `${marker}\n### Model policy: Pass` },
      { by: { ...outsider, login: 'github-actions' }, body: `${marker}\npass` },
      { by: agent, body: `${marker}\npass` },
      { by: actions, body: `A bot that quotes: ${marker}` },
      { by: actions, body: '<!-- model-policy:grant -->\n' },
    ]
    now().comments.push(...strangers.map((stranger, id) => ({ id, ...stranger })))
    now().pageSize = 2
    expect(await comment()).toMatchObject({ out: '#12: fail, comment written\n' })
    expect(bodies().slice(0, 5)).toEqual(strangers.map(({ body }) => body))
    now().labels.push('model:codex-refuse')
    expect(await comment()).toMatchObject({ out: '#12: fail, comment updated\n' })
    expect(now().comments).toHaveLength(6)
    expect(bodies().slice(0, 5)).toEqual(strangers.map(({ body }) => body))
  })

  it('shows what strangers wrote letter for letter', async () => {
    const hostile = [
      '@acme/everyone',
      '<img src=x onerror=alert(1)>',
      '`` ` ``',
      '[x](https://evil)',
      '| a |',
      '#1',
    ]
    for (const text of hostile) {
      restore()
      story.push(`One\n\nAI-Model: ${text}`, {})
      expect(await comment()).toMatchObject({ out: '#12: fail, comment written\n' })
      const [body = ''] = bodies()
      expect(body).toContain(text.replaceAll('|', '¦'))
      const outside = body.slice(marker.length).replaceAll(/(`+)(?!`)[^]*?[^`]\1(?!`)/g, '')
      expect(outside.replaceAll(/<br>|^###/gm, '')).not.toMatch(/[<@#[]/)
    }
  }, 60_000)

  it('follows a workflow run to the pull requests of its head, forks included, and to no other', async () => {
    const payload = join(story.repository, '.git', 'event.json')
    const env = { GITHUB_EVENT_NAME: 'workflow_run', GITHUB_EVENT_PATH: payload }
    const head = work()
    const run = (changes: object = {}) =>
      writeFileSync(
        payload,
        JSON.stringify({
          workflow_run: {
            head_sha: head,
            head_branch: now().headBranch,
            head_repository: { owner: { login: 'acme' } },
            pull_requests: [],
            ...changes,
          },
        }),
      )
    for (const other of [
      { head_branch: 'main' },
      { head_sha: 'f'.repeat(40) },
      { head_repository: { owner: { login: 'eve' } } },
    ]) {
      run(other)
      expect(await comment(env)).toMatchObject({
        code: 0,
        out: 'No open pull request has this head any more.\n',
      })
    }
    run()
    expect(await comment(env)).toMatchObject({ code: 0, out: '#12: fail, comment written\n' })
    writeFileSync(payload, '{}')
    expect(await comment(env)).toMatchObject({ code: 1, err: expect.stringContaining('[usage]') })
  })

  it('tells that not every fact could be had, and fails', async () => {
    work()
    story.github.fault = (path) => (path.endsWith('/reviews') ? { status: 403 } : undefined)
    expect(await comment()).toMatchObject({ code: 1, out: '#12: error, comment written\n' })
    expect(bodies()).toEqual([expect.stringContaining('Error: not every fact could be had')])
    story.github.fault = (path) => (path.endsWith('/comments') ? { status: 403 } : undefined)
    expect(await comment()).toMatchObject({ code: 1, err: expect.stringContaining('[github_failed]') })
  })
})
