import { existsSync, mkdtempSync, readdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { aSubject } from '../../test/a-subject.ts'
import { vetChange } from '../vetter/vet-change.ts'
import { externalVetter, type ExternalVetterOptions } from './external-vetter.ts'
import type { CommandEnd } from './run-command.ts'

const found = (uri: string) => ({
  version: '2.1.0',
  runs: [
    {
      tool: { driver: { name: 'scan' } },
      results: [
        {
          level: 'error',
          message: { text: 'm' },
          locations: [{ physicalLocation: { artifactLocation: { uri } } }],
        },
      ],
    },
  ],
})
const nothing = { ...found(''), runs: [{ tool: { driver: { name: 'scan' } }, results: [] }] }

const ended = (stdout: string, code: number | null = 0, signal: string | null = null): CommandEnd => ({
  type: 'ended',
  code,
  signal,
  stdout,
  stderr: '',
})

const endsAtOnce = async () => ended('')

async function vetBy(
  end: CommandEnd | ((cwd: string) => CommandEnd),
  options: Partial<ExternalVetterOptions> = {},
) {
  const checkout = mkdtempSync(join(tmpdir(), 'model-policy-test-'))
  onTestFinished(() => rmSync(checkout, { recursive: true }))
  writeFileSync(join(checkout, 'a.ts'), 'new\n')
  writeFileSync(join(checkout, 'old.ts'), 'old\n')
  const vetter = externalVetter({
    id: 'scan',
    command: ['scan', '--sarif'],
    run: async (_argv, { cwd }) => (typeof end === 'function' ? end(cwd) : end),
    ...options,
  })
  return vetChange(
    { ...aSubject({ 'a.ts': 'new\n' }), checkout: async () => checkout },
    { vetters: [vetter] },
  )
}

describe('externalVetter', () => {
  it.each<[string, CommandEnd | ((cwd: string) => CommandEnd), Partial<ExternalVetterOptions>, string]>([
    ['a scan that found nothing', ended(JSON.stringify(nothing)), {}, 'clean'],
    ['a finding', ended(JSON.stringify(found('a.ts'))), {}, 'blocked'],
    [
      'a finding by its absolute path',
      (cwd) => ended(JSON.stringify(found(`file://${cwd}/a.ts`))),
      {},
      'blocked',
    ],
    ['a finding in an old file', (cwd) => ended(JSON.stringify(found(`${cwd}/old.ts`))), {}, 'clean'],
    ['a finding in a file that is not there', ended(JSON.stringify(found('src/a.ts'))), {}, 'blocked'],
    ['a missing tool', { type: 'not-started', reason: 'ENOENT' }, {}, 'failed'],
    ['a time-out', { type: 'stopped', reason: 'time' }, {}, 'failed'],
    ['more output than anybody reads', { type: 'stopped', reason: 'output' }, {}, 'failed'],
    ['a crash', ended(JSON.stringify(nothing), null, 'SIGSEGV'), {}, 'failed'],
    ['an exit code that means a fault', ended(JSON.stringify(nothing), 2), {}, 'failed'],
    ['an exit code that means findings, untold', ended(JSON.stringify(nothing), 1), {}, 'failed'],
    [
      'an exit code that means findings, told',
      ended(JSON.stringify(nothing), 1),
      { exitCodes: [0, 1] },
      'clean',
    ],
    ['no output', ended(''), {}, 'failed'],
    ['half an output', ended(JSON.stringify(nothing).slice(0, 40)), {}, 'failed'],
    ['an empty object', ended('{}'), {}, 'failed'],
    ['a log without runs', ended('{"version":"2.1.0","runs":[]}'), {}, 'failed'],
  ])('%s', async (_name, end, options, verdict) => {
    expect((await vetBy(end, options)).verdict).toBe(verdict)
  })

  it.each<[string, string | undefined, CommandEnd, string]>([
    ['a scan that found nothing', JSON.stringify(nothing), ended('scanning\n'), 'clean'],
    ['a finding', JSON.stringify(found('a.ts')), ended(''), 'blocked'],
    [
      'a finding that standard output denies',
      JSON.stringify(found('a.ts')),
      ended(JSON.stringify(nothing)),
      'blocked',
    ],
    ['no file', undefined, ended(JSON.stringify(nothing)), 'failed'],
    ['an empty file', '', ended(JSON.stringify(nothing)), 'failed'],
    ['half a file', JSON.stringify(nothing).slice(0, 40), ended(''), 'failed'],
    ['a file and a fault', JSON.stringify(nothing), ended('', 2), 'failed'],
    ['a file and a time-out', JSON.stringify(nothing), { type: 'stopped', reason: 'time' }, 'failed'],
  ])('reads the file that {sarif} stands for, and removes it: %s', async (_name, text, end, verdict) => {
    let folder = ''
    const report = await vetBy(end, {
      command: ['scan', '--output={sarif}', '{sarif}'],
      run: async ([, option = '', file = '']) => {
        expect(option).toBe(`--output=${file}`)
        folder = dirname(file)
        expect(readdirSync(folder)).toEqual([])
        if (text !== undefined) writeFileSync(file, text)
        return end
      },
    })
    expect(report.verdict).toBe(verdict)
    expect(existsSync(folder)).toBe(false)
  })

  it('takes no file that is larger than anybody reads', async () => {
    const report = await vetBy(ended(''), {
      command: ['scan', '{sarif}'],
      run: async ([, file = '']) => {
        writeFileSync(file, JSON.stringify(nothing))
        truncateSync(file, 64 * 1024 * 1024 + 1)
        return ended('')
      },
    })
    expect(report).toMatchObject({
      verdict: 'failed',
      faults: [{ message: 'the vetter scan wrote more than 67108864 bytes' }],
    })
  })

  it.each([[[]], [['./scan']], [['node_modules/.bin/scan']], [['..\\scan.exe']]])(
    'takes no program out of the change: %j',
    (command) => {
      expect(() => externalVetter({ id: 'scan', command, run: endsAtOnce })).toThrow('names no program')
    },
  )
})
