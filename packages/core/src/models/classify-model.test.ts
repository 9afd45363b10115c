import { describe, expect, it } from 'vitest'
import { defaultPolicy } from '../policy/default-policy.ts'
import { definePolicy } from '../policy/define-policy.ts'
import { classifyModel } from './classify-model.ts'

const policy = await definePolicy({
  ...defaultPolicy,
  models: {
    default: 'gpt-5-mini',
    classes: {
      ...defaultPolicy.models.classes,
      standard: {
        access: 'open',
        audit: 'summary',
        models: ['gpt-5-mini', 'meta-llama/Llama-3'],
        prefixes: ['openai/'],
        deployments: { 'team-mini': 'gpt-5-mini' },
      },
      closed: { access: 'deny', models: ['gpt-4', '*-codex-max*'] },
    },
  },
})

const open: [string, string][] = [
  ['gpt-5-mini', 'id'],
  ['meta-llama/Llama-3', 'id'],
  ['gpt-5-mini-2025-08-07', 'snapshot'],
  ['gpt-5-mini-20250807', 'snapshot'],
  ['openai/gpt-5-mini', 'prefix'],
  ['openai/gpt-5-mini-2025-08-07', 'prefix'],
  ['team-mini', 'deployment'],
]

const gated: [string, string, string][] = [
  ['gpt-5.3-codex', 'grant', 'id'],
  ['gpt-codex-5.3', 'grant', 'alias'],
  ['codex-5.3', 'grant', 'alias'],
  ['Codex 5.3', 'grant', 'alias'],
  ['CODEX 5.3', 'grant', 'look-alike'],
  ['gpt-5.3-codex-2026-02-05', 'grant', 'snapshot'],
  ['gpt-5.1-codex-mini', 'grant', 'pattern'],
  ['codex-mini-latest', 'grant', 'pattern'],
  ['GPT-5.3-Codex', 'grant', 'look-alike'],
  ['gpt-5.3-codex ', 'grant', 'look-alike'],
  ['\tgpt-5.3-codex', 'grant', 'look-alike'],
  ['gpt-5.3-codex\u0000', 'grant', 'look-alike'],
  ['gpt-5.3-c\u043edex', 'grant', 'look-alike'],
  ['gpt-5.3-co\u200bdex', 'grant', 'look-alike'],
  ['gpt-5.3-co\u00addex', 'grant', 'look-alike'],
  ['ｇｐｔ-5.3-ｃｏｄｅｘ', 'grant', 'look-alike'],
  ['gpt‑5.3‑codex', 'grant', 'look-alike'],
  ['gpt-5.3-c\u00f3dex', 'grant', 'look-alike'],
  ['ft:gpt-5.3-codex:acme::abc', 'grant', 'fine-tune'],
  ['ft:gpt-5.3-codex-2026-02-05:acme::abc', 'grant', 'fine-tune'],
  ['openai/gpt-5.3-codex', 'grant', 'prefix'],
  ['openrouter/openai/GPT-5.3-codex:high', 'grant', 'prefix'],
  ['gpt-5.1-codex-max', 'deny', 'pattern'],
  ['gpt-5.1-codex-max-2026-02-05', 'deny', 'pattern'],
  ['gpt-4', 'deny', 'id'],
]

const unknown: [string, string][] = [
  ['', 'unknown'],
  ['mystery-1', 'unknown'],
  ['*', 'unknown'],
  ['gpt-5', 'unknown'],
  ['gpt-5-mini-high', 'unknown'],
  ['gpt-5-mini-2025-13-07', 'unknown'],
  ['GPT-5-mini', 'look-alike'],
  ['gpt-5-mini ', 'look-alike'],
  ['azure/gpt-5-mini', 'look-alike'],
  ['OPENAI/gpt-5-mini', 'look-alike'],
  ['ft:gpt-5-mini:acme::abc', 'look-alike'],
  ['gpt-5-mini\u200b', 'look-alike'],
  ['constructor', 'unknown'],
  ['__proto__', 'unknown'],
  [`gpt-5-mini${'x'.repeat(300)}`, 'unknown'],
]

describe('classifyModel', () => {
  it.each(open)('opens %j as %s', (name, match) => {
    expect(classifyModel(policy, name)).toMatchObject({ modelClass: 'standard', access: 'open', match })
  })

  it.each(gated)('holds %j back as %s, by %s', (name, access, match) => {
    expect(classifyModel(policy, name)).toMatchObject({ access, match })
  })

  it.each(unknown)('does not know %j (%s)', (name, match) => {
    expect(classifyModel(policy, name)).toMatchObject({ modelClass: undefined, access: 'deny', match })
  })

  it('gives the id that grants name: the target of an alias or deployment, else the name as asked for', () => {
    expect(classifyModel(policy, 'gpt-codex-5.3').id).toBe('gpt-5.3-codex')
    expect(classifyModel(policy, 'team-mini').id).toBe('gpt-5-mini')
    expect(classifyModel(policy, 'openai/gpt-5-mini').id).toBe('openai/gpt-5-mini')
    expect(classifyModel(policy, 'GPT-5.3-Codex').id).toBe('GPT-5.3-Codex')
  })

  it('asks for a grant for unknown models where the policy says so', async () => {
    const lenient = await definePolicy({
      ...defaultPolicy,
      models: { ...defaultPolicy.models, unknown: 'grant' },
    })
    expect(classifyModel(lenient, 'mystery-1')).toMatchObject({ access: 'grant', audit: 'full' })
  })

  it('gates the codex models where every other gpt-5 is open', async () => {
    const broad = await definePolicy({
      version: 1,
      models: {
        default: 'gpt-5-mini',
        classes: {
          standard: { access: 'open', models: ['gpt-5-mini', 'gpt-5*'] },
          codex: { access: 'grant', models: ['gpt-5*-codex*'] },
        },
      },
    })
    const access = (name: string) => classifyModel(broad, name).access
    expect(['gpt-5', 'gpt-5-mini', 'gpt-5-nano-2026-01-01'].map(access)).toEqual(['open', 'open', 'open'])
    expect(['gpt-5.3-codex', 'gpt-5.3-CODEX', 'gpt-5.3-c\u043edex', 'gpt-5-codex-mini'].map(access)).toEqual(
      Array(4).fill('grant'),
    )
    expect(['gpt-5 nano', 'GPT-5', 'gpt-5/x', 'gpt-5\u200b'].map(access)).toEqual(Array(4).fill('deny'))
  })
})
