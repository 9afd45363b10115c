import { AzureOpenAI } from 'openai'
import { defaultPolicy, definePolicy } from '@policy/core'
import { describe, expect, it } from 'vitest'
import { guardKit, refusalOf } from '../guard-kit.ts'

describe('16 spells the model so that it looks like another', () => {
  it.each([
    'GPT-5.3-CODEX',
    ' gpt-5.3-codex',
    'gpt-5.3-codex ',
    'gpt-5.3-cоdex', // Cyrillic о
    'gpt-5.3-ｃｏｄｅｘ',
    'gpt-5.3-co\u200bdex',
    'gpt-5.3-codex\n',
    'gpt-5.3-codex-2026-01-01',
    'ft:gpt-5.3-codex:acme::abc',
    'openai/gpt-5.3-codex',
    'gpt-5.9-codex-max',
    'codex-mini-latest',
    'gpt-5-mini\u0000',
    'gpt-5-mini ',
    'GPT-5-mini',
    'unheard-of',
    '',
  ])('%j', async (model) => {
    await using kit = await guardKit()
    await refusalOf(() => kit.openai.responses.create({ model, input: 'hi' }))
    await refusalOf(() => kit.openai.chat.completions.create({ model, messages: [] }))
    expect(kit.server.requests).toEqual([])
  })

  it('an alias inside the body, where nothing replaces it', async () => {
    await using kit = await guardKit({ grants: [1] })
    const body = { agent: { model: 'gpt-codex-5.3' } }
    const error = await refusalOf(() => kit.openai.post('/agents/sessions', { body }))
    expect(error.code).toBe('model_alias')
    expect(error.message).toContain('Ask for gpt-5.3-codex')
    expect(kit.server.requests).toEqual([])
  })

  it('an alias through a fetch, which could only pass it on', async () => {
    await using kit = await guardKit({ grants: [1] })
    const fetch = kit.guard.wrapFetch(globalThis.fetch)
    const response = await fetch(`${kit.server.url}/responses`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ model: 'gpt-codex-5.3' }),
    })
    expect(response.status).toBe(403)
    expect(response.headers.get('x-policy-code')).toBe('model_alias')
    expect(kit.server.requests).toEqual([])
  })

  it('an Azure deployment in the path, with another model in the body', async () => {
    const { classes } = defaultPolicy.models
    const policy = await definePolicy({
      ...defaultPolicy,
      models: {
        ...defaultPolicy.models,
        classes: {
          standard: { ...classes.standard, deployments: { 'dep-mini': 'gpt-5-mini' } },
          codex: { ...classes.codex, deployments: { 'dep-big': 'gpt-5.3-codex' } },
        },
      },
    })
    await using kit = await guardKit({ guard: { policy } })
    const azure = (deployment: string) =>
      kit.guard.wrap(
        new AzureOpenAI({
          endpoint: kit.server.url.slice(0, -3),
          apiKey: 'k',
          apiVersion: '2026-01-01',
          deployment,
        }),
      )
    const ask = { model: 'gpt-5-mini', messages: [] }
    expect((await refusalOf(() => azure('dep-big').chat.completions.create(ask))).code).toBe('grant_required')
    expect((await refusalOf(() => azure('elsewhere').chat.completions.create(ask))).code).toBe(
      'model_unknown',
    )
    expect(kit.server.requests).toEqual([])
    await azure('dep-mini').chat.completions.create(ask)
    expect(kit.server.requests[0]?.path).toBe(
      '/openai/deployments/dep-mini/chat/completions?api-version=2026-01-01',
    )
  })
})
