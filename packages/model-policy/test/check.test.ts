import { readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { scratch, setUpScratch } from './support/scratch.ts'

describe('check and explain', () => {
  it.each([
    ['gpt-5-mini', 0, 'allowed'],
    ['gpt-codex-5.3', 2, 'grant_required'],
    ['gpt-9-unheard-of', 3, 'model_unknown'],
  ])('say of %s with exit code %i: %s', async (model, code, words) => {
    const { projectManager } = await setUpScratch()
    for (const command of ['check', 'explain']) {
      expect(await projectManager.type(command, '--model', model)).toMatchObject({
        code,
        out: expect.stringContaining(words),
      })
    }
  })

  it('give the decision as JSON, and every finding with it', async () => {
    const { projectManager } = await setUpScratch()
    const { out } = await projectManager.type('explain', '--model', 'gpt-codex-5.3', '--json')
    expect(JSON.parse(out)).toMatchObject({
      decision: { type: 'escalate', code: 'grant_required' },
      findings: expect.arrayContaining([expect.objectContaining({ rule: 'model-access' })]),
    })
  })

  it('name the model that was meant', async () => {
    const { projectManager } = await setUpScratch()
    expect(await projectManager.type('check', '--model', 'gpt-5-mni')).toMatchObject({
      code: 3,
      out: expect.stringContaining('next: did you mean "gpt-5-mini"?'),
    })
  })

  it('tell of a threshold that the work crosses', async () => {
    const { projectManager, repository } = await setUpScratch()
    writeFileSync(join(repository, 'long.txt'), 'line\n'.repeat(500))
    const { out } = await projectManager.type('explain', '--model', 'gpt-codex-5.3')
    expect(out).toMatch(/crossed +threshold:changedLines\n +saw 500 changed lines\n/)
  })

  it('leave nothing behind', async () => {
    const { projectManager, repository } = await setUpScratch()
    const before = readdirSync(repository)
    await projectManager.type('check', '--model', 'gpt-5-mini', '--agent', 'agent:new')
    expect(readdirSync(repository)).toEqual(before)
  })

  it('refuse to decide without a policy that is trusted here', async () => {
    const { person } = await setUpScratch()
    const stranger = await person('stranger').type('check', '--model', 'gpt-5-mini', '--json')
    expect(stranger.code).toBe(1)
    expect(JSON.parse(stranger.err)).toMatchObject({ error: { code: 'trust_missing' } })
    const nowhere = await scratch().person('someone').type('check', '--model', 'gpt-5-mini')
    expect(nowhere).toMatchObject({ code: 1, err: expect.stringContaining('model-policy init') })
  })

  it('stand beside the version of the whole', async () => {
    const typed = await scratch().person('someone').type('--version')
    expect(typed).toMatchObject({ code: 0, out: expect.stringMatching(/^\d+\.\d+\.\d+\S*\n$/) })
  })

  it('name a command that was misspelt', async () => {
    const typed = await scratch().person('someone').type('chekc')
    expect(typed).toMatchObject({ code: 1, err: expect.stringContaining('Did you mean check?') })
  })
})
