import { readdirSync } from 'node:fs'
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

  it('name a command that was misspelt', async () => {
    const typed = await scratch().person('someone').type('chekc')
    expect(typed).toMatchObject({ code: 1, err: expect.stringContaining('Did you mean check?') })
  })
})
