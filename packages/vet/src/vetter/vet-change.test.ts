import oasis from '@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json' with { type: 'json' }
import { Ajv } from 'ajv'
import addFormats from 'ajv-formats'
import type { Log } from 'sarif'
import { describe, expect, it } from 'vitest'
import { aSubject } from '../../test/a-subject.ts'
import type { Suppression } from '../findings/suppression.ts'
import { skillVetter } from '../vetters/skill-vetter.ts'
import { vetChange } from './vet-change.ts'
import type { Vetter } from './vetter.ts'

const lateThatDay = () => Date.parse('2026-11-22T23:59:59Z')

const subject = aSubject({ 'src/a.ts': { before: 'old\n', text: 'old\nnew\nnewer\n' } })

interface Told {
  line?: number
  uri?: string | undefined
  score?: string
  level?: string
  kind?: string
  suppressions?: unknown[]
  baselineState?: string
}

function scanner(told: Told = {}, run: object = {}): Vetter {
  const { line = 2, uri = 'src/a.ts', score, ...result } = told
  const location = { physicalLocation: { artifactLocation: { uri }, region: { startLine: line } } }
  const rules = [{ id: 'r1', ...(score === undefined ? {} : { properties: { 'security-severity': score } }) }]
  const log = {
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'scanner', rules } },
        results: [{ ruleId: 'r1', message: { text: 'm' }, level: 'error', locations: [location], ...result }],
        ...run,
      },
    ],
  }
  return { id: 'scanner', version: '1', applies: () => true, run: async () => log as unknown as Log }
}

const place = (uriBaseId: string, uri: string, region: object = { startLine: 1 }) => [
  { physicalLocation: { artifactLocation: { uri, uriBaseId }, region } },
]

describe('vetChange', () => {
  it.each<[string, Told, 'clean' | 'blocked']>([
    ['an error on a changed line', {}, 'blocked'],
    ['an error on a line from before', { line: 1 }, 'clean'],
    ['an error in a file that did not change', { uri: 'src/b.ts' }, 'clean'],
    ['an error without a place', { uri: '' }, 'blocked'],
    ['an error in a place outside', { uri: '../b.ts' }, 'blocked'],
    ['an error in a place that is no path', { uri: 'https://example.com/a.ts' }, 'blocked'],
    ['an error in a whole changed file', { line: 0 }, 'blocked'],
    ['a warning', { level: 'warning' }, 'clean'],
    ['a warning that scores 7', { level: 'warning', score: '7.0' }, 'blocked'],
    ['an error that scores 3', { score: '3.0' }, 'clean'],
    ['a score that is no number', { score: 'bad' }, 'blocked'],
    ['a level that nobody knows', { level: 'fatal' }, 'blocked'],
    ['a pass', { kind: 'pass' }, 'clean'],
    ['what a person should look at', { kind: 'review' }, 'blocked'],
    ['an error that the source calls fine', { suppressions: [{ kind: 'inSource' }] }, 'blocked'],
    ['an error that the scanner says it knew', { baselineState: 'unchanged' }, 'blocked'],
  ])('%s', async (_name, told, verdict) => {
    expect(await vetChange(subject, { vetters: [scanner(told)] })).toMatchObject({ verdict, faults: [] })
  })

  const told = {
    ruleId: 'r1',
    message: { text: 'm' },
    locations: place('%SRCROOT%', 'src/a.ts', { startLine: 2 }),
  }
  const bad = { id: 'r1', properties: { 'security-severity': '9.8' } }
  const mild = { id: 'mild', properties: { 'security-severity': '0.1' } }
  const driver = { name: 'scanner' }

  it.each<[string, object, object?]>([
    ['a rule that is not there', told],
    [
      'a rule of an extension',
      { ...told, ruleId: undefined, rule: { index: 0, toolComponent: { index: 0 } } },
      { tool: { driver, extensions: [{ name: 'pack', rules: [bad] }] } },
    ],
    [
      'an index that means another rule',
      { ...told, ruleIndex: 0 },
      { tool: { driver: { ...driver, rules: [mild, bad] } } },
    ],
    [
      'a rule by its index alone',
      { ...told, ruleId: undefined, rule: { index: 1 } },
      { tool: { driver: { ...driver, rules: [mild, bad] } } },
    ],
    ['a rule below another', { ...told, ruleId: 'r1/a' }, { tool: { driver: { ...driver, rules: [bad] } } }],
    [
      'a place in a folder of its own',
      { ...told, level: 'error', locations: place('SUB', 'a.ts', { startLine: 2 }) },
      { originalUriBaseIds: { SUB: { uri: 'src/' } } },
    ],
    ['a place below nobody knows what', { ...told, level: 'error', locations: place('SUB', 'src/a.ts') }],
    [
      'a line past the end',
      { ...told, level: 'error', locations: place('SRCROOT', 'src/a.ts', { startLine: 999 }) },
    ],
    [
      'a line that is no number of a line',
      { ...told, level: 'error', locations: place('SRCROOT', 'src/a.ts', { startLine: 1.5 }) },
    ],
  ])('blocks %s', async (_name, result, run = {}) => {
    const vetters = [scanner({}, { tool: { driver }, ...run, results: [result] })]
    expect(await vetChange(subject, { vetters })).toMatchObject({ verdict: 'blocked', faults: [] })
  })

  it.each<[string, object]>([
    [
      'was not set up',
      { invocations: [{ executionSuccessful: true, toolConfigurationNotifications: [{ level: 'error' }] }] },
    ],
    ['ended with a fault', { invocations: [{ executionSuccessful: true, exitCode: 2 }] }],
    ['keeps its results elsewhere', { externalPropertyFileReferences: { results: [{ itemCount: 3 }] } }],
    ['gives a kind that is none', { results: [{ ...told, kind: 'bogus' }] }],
  ])('fails when a scanner %s', async (_name, run) => {
    const vetters = [scanner({}, { results: [], ...run })]
    expect(await vetChange(subject, { vetters })).toMatchObject({ verdict: 'failed' })
  })

  it('blocks at the severity it is told', async () => {
    const vetters = [scanner({ level: 'warning' })]
    expect(await vetChange(subject, { vetters, blockAt: 'medium' })).toMatchObject({ verdict: 'blocked' })
    expect(await vetChange(subject, { vetters: [scanner()], blockAt: 'critical' })).toMatchObject({
      verdict: 'clean',
    })
  })

  it.each<[string, object]>([
    ['rejects', { run: () => Promise.reject(new Error('out of memory')) }],
    [
      'throws',
      {
        run: () => {
          throw new Error('bug')
        },
      },
    ],
    ['gives nothing', { run: async () => undefined }],
    ['gives another version', { run: async () => ({ version: '2.0.0', runs: [] }) }],
    ['gives no run', { run: async () => ({ version: '2.1.0', runs: [] }) }],
    ['names no tool', { run: scanner({}, { tool: {} }).run }],
    ['gives no results', { run: scanner({}, { results: null }).run }],
    ['says that it failed', { run: scanner({}, { invocations: [{ executionSuccessful: false }] }).run }],
    ['does not say that it ended well', { run: scanner({}, { invocations: [{}] }).run }],
    [
      'tells of an error in itself',
      {
        run: scanner(
          {},
          {
            invocations: [
              { executionSuccessful: true, toolExecutionNotifications: [{ level: 'error', message: {} }] },
            ],
          },
        ).run,
      },
    ],
    ['gives a result without a message', { run: scanner({}, { results: [{ ruleId: 'r1' }] }).run }],
  ])('fails, and does not pass, when a vetter %s', async (_name, change) => {
    const report = await vetChange(subject, { vetters: [{ ...scanner(), ...change } as Vetter] })
    expect(report).toMatchObject({ verdict: 'failed', faults: [{ vetter: 'scanner' }] })
  })

  it('keeps what the others found when one fails', async () => {
    const broken = { ...scanner(), id: 'broken', run: () => Promise.reject(new Error('no')) }
    const report = await vetChange(subject, { vetters: [broken, scanner()] })
    expect(report).toMatchObject({ verdict: 'failed', findings: [{ rule: 'scanner/r1', blocks: true }] })
  })

  it('refuses to call anything clean without a vetter', async () => {
    await expect(vetChange(subject, { vetters: [] })).rejects.toMatchObject({ code: 'vet_failed' })
  })

  it.each<[string, Partial<Suppression>, boolean]>([
    ['on its last day', {}, true],
    ['a day later', { until: '2026-11-21' }, false],
    ['for another rule', { rule: 'scanner/r2' }, false],
    ['in another file', { path: 'test/**' }, false],
  ])('lets a finding stand by a person\u2019s word: %s', async (_name, changes, stands) => {
    const suppression = {
      rule: 'scanner/r1',
      path: 'src/**',
      by: 'github:1',
      until: '2026-11-22',
      because: 'b',
      ...changes,
    }
    const report = await vetChange(subject, {
      vetters: [scanner()],
      suppressions: [suppression],
      clock: lateThatDay,
    })
    expect(report.verdict).toBe(stands ? 'clean' : 'blocked')
    expect(report.findings[0]?.suppressed?.by).toBe(stands ? 'github:1' : undefined)
  })

  it('lets no finding stand that names no place', async () => {
    const suppression = { rule: 'scanner/r1', path: '**', by: 'github:1', until: '2099-01-01', because: 'b' }
    const report = await vetChange(subject, { vetters: [scanner({ uri: '' })], suppressions: [suppression] })
    expect(report.verdict).toBe('blocked')
  })

  it('writes SARIF 2.1.0 as the schema of OASIS says', async () => {
    const bad = aSubject({
      'src/a b#?.ts': 'eval(x)\nconst a = JSON.stringify(process.env)\n',
      'package.json': '{"scripts":{"postinstall":"x"}}',
      'AGENTS.md': 'a\u202Eb\n',
      '.github/workflows/a.yml': 'permissions: write-all\n',
    })
    const { sarif, findings } = await vetChange(bad, { vetters: skillVetter })
    const ajv = addFormats.default(new Ajv({ strict: false, allErrors: true, unicodeRegExp: false }))
    // its id and its draft are named in a way that ajv no longer reads; nothing refers to them
    const { $schema: _draft, id: _id, ...schema } = oasis
    const validate = ajv.compile(schema)
    expect([validate(sarif), validate.errors]).toEqual([true, null])
    expect(validate({ ...sarif, version: '2.0.0' })).toBe(false)
    expect(sarif.runs).toHaveLength(5)
    expect(findings.map(({ path }) => path)).toContain('src/a b#?.ts')
  })
})
