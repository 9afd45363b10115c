import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { anyText } from '../../test/any-text.ts'
import type { PolicyDocument } from '../policy/schema.ts'
import { accessRank } from './access-rank.ts'
import { modelTables } from './model-tables.ts'
import { resolveModel } from './resolve-model.ts'

type Models = PolicyDocument['models']
type ModelClass = Models['classes'][string]

const aClass = (parts: Pick<ModelClass, 'access' | 'models'> & Partial<ModelClass>): ModelClass => ({
  audit: 'full',
  aliases: {},
  prefixes: [],
  deployments: {},
  ...parts,
})

const ids = ['gpt-5-mini', 'gpt-5', 'gpt-5.3-codex', 'codex-mini', 'meta/llama-3', 'o4']
const openIds = fc.subarray(ids, { minLength: 1 })
const gatedPatterns = fc.subarray(['gpt-5*-codex*', 'codex-*', '*mini*', 'gpt-*', '*'])

const policies = fc
  .record({ openIds, gatedPatterns, unknown: fc.constantFrom('deny' as const, 'grant' as const) })
  .map(({ openIds: open, gatedPatterns: patterns, unknown }): Models => ({
    default: open[0] ?? 'gpt-5',
    unknown,
    classes: {
      standard: aClass({ access: 'open', models: open, prefixes: ['openai/', 'eu:'] }),
      codex: aClass({ access: 'grant', models: ['gpt-5.1-codex', ...patterns] }),
      closed: aClass({ access: 'deny', models: ['gpt-4', '*-cyber'] }),
    },
  }))

/** Names near listed ones: the ids with things put before, behind and inside them. */
const names = fc.oneof(
  anyText(),
  fc
    .tuple(
      fc.constantFrom('', '', 'openai/', 'eu:', 'OPENAI/', 'azure/', 'ft:', ' ', '\u200b'),
      fc.constantFrom(...ids, 'gpt-5.1-codex', 'gpt-4'),
      fc.constantFrom(
        '',
        '',
        '-2026-02-05',
        '-20260205',
        '-2026-19-05',
        ' ',
        '\u200b',
        ':x',
        '-cyber',
        '\u0000',
      ),
      fc.constantFrom('as is', 'upper', 'wide', 'inner'),
    )
    .map(([before, id, behind, way]) => {
      const name = `${before}${id}${behind}`
      if (way === 'upper') return name.toUpperCase()
      if (way === 'wide') return name.replace('o', 'ｏ').replace('m', 'м')
      return way === 'inner' ? `${name.slice(0, 3)}\u2060${name.slice(3)}` : name
    }),
)

const date = /-(\d{4}-\d{2}-\d{2}|\d{8})$/

describe('resolveModel', () => {
  it('opens nothing but, byte for byte, a listed id, its dated snapshots, and either behind a listed prefix', () => {
    fc.assert(
      fc.property(policies, names, (models, name) => {
        if (resolveModel(modelTables(models), name).access !== 'open') return
        const open = models.classes.standard?.models ?? []
        const bare = name.replace(/^(openai\/|eu:)/, '')
        expect(
          [name, name.replace(date, ''), bare, bare.replace(date, '')].some((id) => open.includes(id)),
        ).toBe(true)
      }),
      { numRuns: 1000 },
    )
  })

  it('opens by a listed prefix only plain names that begin so and that nothing gates', () => {
    const models: Models = {
      default: 'gpt-5',
      unknown: 'deny',
      classes: {
        standard: aClass({ access: 'open', models: ['gpt-5*'] }),
        codex: aClass({ access: 'grant', models: ['gpt-5*-codex*', 'gpt-5-pro'] }),
      },
    }
    fc.assert(
      fc.property(
        fc.oneof(
          names,
          fc.string().map((tail) => `gpt-5${tail}`),
        ),
        (name) => {
          const { access } = resolveModel(modelTables(models), name)
          if (access === 'open') expect(name).toMatch(/^gpt-5(?!.*-codex)[a-z0-9.-]*$/)
          if (/^gpt-5.*-codex/i.test(name)) expect(access).toBe('grant')
        },
      ),
      { numRuns: 1000 },
    )
  })

  it('never loosens when a class takes in more', () => {
    fc.assert(
      fc.property(
        policies,
        names,
        fc.constantFrom('grant' as const, 'deny' as const),
        (models, name, access) => {
          if (models.classes.standard?.models.includes(name)) return
          const pattern = `${name.slice(0, 2).replace(/[^a-z0-9]/g, '')}*`
          const more = {
            ...models,
            classes: { ...models.classes, more: aClass({ access, models: [pattern] }) },
          }
          const before = resolveModel(modelTables(models), name)
          const after = resolveModel(modelTables(more), name)
          // An unknown model that the policy denies may become one that a person can grant: it has been listed.
          if (before.modelClass === undefined) return
          expect(accessRank[after.access]).toBeGreaterThanOrEqual(accessRank[before.access])
        },
      ),
    )
  })

  it('does not stall on long names', () => {
    const models = modelTables({
      default: 'a',
      unknown: 'deny',
      classes: { c: aClass({ access: 'grant', models: ['*a*a*a*a*b'] }) },
    })
    expect(resolveModel(models, 'a'.repeat(1_000_000)).match).toBe('unknown')
    expect(resolveModel(models, 'ft:'.repeat(80)).match).toBe('unknown')
    expect(resolveModel(models, '/'.repeat(250)).match).toBe('unknown')
  })
})
