import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { parseEscalation } from '@policy/core'
import { describe, expect, it } from 'vitest'
import { about, askedOffice, edit, entries, escalate, facts, yes } from './support/asked-office.ts'
import { type Office, openOffice, passphrase } from './support/office.ts'

describe('an answer that could not be recorded', () => {
  it.each([
    ['approve', 'MODEL_AUDIT.log', 'audit_failed'],
    ['decline', 'MODEL_AUDIT.log', 'audit_failed'],
  ])('%s: nobody is asked for anything when %s cannot be written', async (command, file, code) => {
    const office = await askedOffice()
    rmSync(join(office.repository, file))
    mkdirSync(join(office.repository, file))
    const typed = await office.manager.type([command], [])
    expect(typed).toMatchObject({ code: 1, err: expect.stringContaining(`[${code}]`) })
    expect(typed.err).not.toContain('Passphrase')
  })
})

describe('escalate', () => {
  it('measures the work and writes what people answer, without a terminal', async () => {
    const office = await openOffice()
    office.write('src/auth/session.ts', 'export const session = 2\n')
    const typed = await office.manager.type([...escalate, '--path', 'src/**', '--json'])
    expect(typed).toMatchObject({ code: 0, err: '' })
    const { escalation, digest, approval } = await parseEscalation(office.read('escalation.md'))
    expect(JSON.parse(typed.out)).toMatchObject({
      digest,
      id: escalation.id,
      crossed: [{ rule: 'threshold:sensitivePaths' }],
    })
    expect(approval).toBeUndefined()
    expect(escalation).toMatchObject({
      task: 'ISSUE-12',
      request: { model: 'gpt-5.3-codex' },
      reasons: ['security'],
      measured: { changedFiles: 1, changedLines: 2, modules: 1, sensitive: ['src/auth/session.ts'] },
      paths: ['src/**'],
      estimate: { promptTokens: 1000, outputs: ['src/**'] },
    })
    expect(entries(office).at(-1)).toMatchObject({
      type: 'dev.modelpolicy.escalation.requested.v1',
      subject: 'ISSUE-12',
      data: { 'model_policy.escalation': digest },
    })
  })

  it('asks once for the same, and tells the answer that it has', async () => {
    const office = await askedOffice()
    const before = office.read('escalation.md')
    const again = await office.manager.type(escalate)
    expect(again).toMatchObject({ code: 0, out: expect.stringContaining('is asked already') })
    expect(office.read('escalation.md')).toBe(before)
    expect(entries(office).filter(({ type }) => type.includes('escalation.requested'))).toHaveLength(1)

    await office.manager.type(['approve'], yes)
    expect((await office.manager.type(escalate)).out).toContain('It was approved by github:1.')
    await office.manager.type(['revoke', '--escalation'])
    expect((await office.manager.type(escalate)).out).toContain('Next: a person')
    await office.manager.type(['decline', '--reason', 'enough'], [passphrase])
    const declined = await office.manager.type(escalate)
    expect(declined).toMatchObject({ code: 3, out: expect.stringContaining('declined by github:1: enough.') })
  })

  it('says that the log cannot be written, and nothing else', async () => {
    const office = await openOffice()
    mkdirSync(join(office.repository, 'MODEL_AUDIT.log'))
    const typed = await office.manager.type(escalate)
    expect(typed).toMatchObject({ code: 1, err: expect.stringContaining('[audit_failed]\n  next: ') })
    expect(typed.err).not.toMatch(/suppress/i)
  })

  it('asks at a terminal for what was not said', async () => {
    const office = await openOffice()
    const answers = ['ISSUE-12', 'agent:bot', 'developer', 'Split it', '1000']
    const typed = await office.manager.type(['escalate', '--model', 'gpt-5.3-codex'], answers)
    expect(typed.code).toBe(0)
    const { escalation } = await parseEscalation(office.read('escalation.md'))
    expect(escalation).toMatchObject({ summary: 'Split it', measured: { changedFiles: 0 }, paths: ['**'] })
  })

  it('asks for a command or a write too, and for tools', async () => {
    const office = await openOffice()
    const requestOf = async (...argv: string[]) => {
      office.write('escalation.md', '')
      office.git('clean', '--quiet', '--force', 'escalation.md')
      expect(await office.manager.type(['escalate', ...facts, ...about, ...argv])).toMatchObject({ code: 0 })
      return (await parseEscalation(office.read('escalation.md'))).escalation.request
    }
    expect(await requestOf('--', 'npm', 'publish', '--tag', 'next')).toEqual({
      command: ['npm', 'publish', '--tag', 'next'],
    })
    expect(await requestOf('--write', 'db:prod')).toEqual({ write: 'db:prod' })
    expect(await requestOf('--model', 'gpt-5.3-codex', '--tool', 'mcp')).toEqual({
      model: 'gpt-5.3-codex',
      tools: ['mcp'],
    })
  })

  it.each<[string, string[], string]>([
    ['nothing to ask for', [...facts, ...about], 'this asks for 0'],
    [
      'two things at once',
      [...facts, ...about, '--model', 'gpt-5.3-codex', '--write', 'x'],
      'this asks for 2',
    ],
    ['no task, where nobody can be asked', ['--model', 'gpt-5.3-codex'], 'give --task'],
    ['a model that nobody may use', [...facts, ...about, '--model', 'mystery-1'], '[model_denied]'],
    [
      'a number that is none',
      [...facts, '--summary', 'x', '--prompt-tokens', 'many', '--model', 'gpt-5.3-codex'],
      'no number of tokens',
    ],
    ['a reason that is none', [...facts, ...about, '--model', 'gpt-5.3-codex', '--reason', 'hurry'], 'hurry'],
    [
      'a summary of two lines',
      [...facts, '--summary', 'a\nb', '--prompt-tokens', '1', '--model', 'gpt-5.3-codex'],
      'U+000A',
    ],
    [
      'a path outside the repository',
      [...facts, ...about, '--model', 'gpt-5.3-codex', '--path', '../x'],
      '[escalation_malformed]',
    ],
  ])('refuses %s', async (_name, argv, part) => {
    const office = await openOffice()
    const typed = await office.manager.type(['escalate', ...argv])
    expect(typed.code).toBe(1)
    expect(typed.err).toContain(part)
    expect(() => office.read('escalation.md')).toThrow('ENOENT')
  })
})

/** An office in which somebody has written a note under the escalation. */
const noted = async (word: string) => {
  const office = await askedOffice()
  const { digest } = await parseEscalation(office.read('escalation.md'))
  office.write('escalation.md', `${office.read('escalation.md')}\n## Approval\n\n${word}: ${digest}\n`)
  return office
}

describe('a note that somebody wrote by hand', () => {
  it('approves nothing by itself, is no fault, and makes way for a signed answer', async () => {
    const office = await noted('Approved')
    expect(await office.manager.type(['grant', 'show'])).toMatchObject({ out: 'No grant is at hand.\n' })
    expect(await office.manager.type(escalate)).toMatchObject({
      code: 0,
      out: expect.stringContaining('is asked already'),
    })
    const call = ['check', '--model', 'gpt-codex-5.3', ...facts]
    expect(await office.manager.type(call)).toMatchObject({
      code: 2,
      out: expect.stringContaining('[grant_required]'),
    })
    expect(await office.manager.type(['approve'], yes)).toMatchObject({ code: 0 })
    expect(await parseEscalation(office.read('escalation.md'))).toMatchObject({
      approval: { by: 'github:1' },
    })
    expect(await office.manager.type(call)).toMatchObject({ code: 0 })
  })

  it('is not overruled without a word when it declines', async () => {
    const office = await noted('Declined')
    for (const answer of [['approve'], ['decline', '--reason', 'no']]) {
      const typed = await office.manager.type(answer, yes)
      expect(typed).toMatchObject({ code: 1, err: expect.stringContaining('a note in') })
      expect(typed.err).toContain('[escalation_answered]')
    }
  })
})

describe('approve', () => {
  it('shows what is asked and measured, and signs with a typed word and a passphrase', async () => {
    const office = await askedOffice()
    const typed = await office.manager.type(['approve'], yes)
    expect(typed.code).toBe(0)
    expect(typed.out).toMatch(/^Approved by github:1 until .*: grant [\w-]{43}\.\n$/)
    for (const shown of [
      'the model `gpt-5.3-codex`',
      'src/auth/session.ts  +1 -1',
      'touches sensitive paths',
      'The numbers of the file are the same',
      '25 calls within 8h',
    ]) {
      expect(typed.err).toContain(shown)
    }
    const { approval, digest } = await parseEscalation(office.read('escalation.md'))
    expect(approval).toMatchObject({ decision: 'approved', by: 'github:1', escalation: digest })
    expect(entries(office).at(-1)).toMatchObject({
      type: 'dev.modelpolicy.approval.granted.v1',
      data: { 'model_policy.approval.by': 'github:1', 'model_policy.approval.basis': 'approval' },
    })
    expect(office.read('MODEL_AUDIT.log')).not.toContain(approval?.token)
  })

  it('shows where its own numbers are others', async () => {
    const office = await askedOffice()
    office.write('src/auth/\u001b[2Jextra.ts', 'export {}\n'.repeat(9))
    const { err } = await office.manager.type(['approve'], [''])
    expect(err).toContain('THE NUMBERS OF THE FILE ARE OTHERS')
    expect(err).toContain('files: it says 1, there are 2')
    expect(err).toContain('lines: it says 2, there are 11')
    expect(err).not.toContain('\u001b')
  })

  it('takes any other word for no', async () => {
    const office = await askedOffice()
    const before = office.read('escalation.md')
    for (const word of ['', 'y', 'yes', 'Approve', 'approve it']) {
      const typed = await office.manager.type(['approve'], [word])
      expect(typed, word).toMatchObject({ code: 3, out: '' })
      expect(typed.err).toContain('nothing was written')
    }
    expect(office.read('escalation.md')).toBe(before)
  })

  it.each<[string, string, (office: Office) => void | Promise<unknown>, readonly string[] | undefined]>([
    ['without a terminal', 'usage', () => undefined, undefined],
    ['with another passphrase', 'key_locked', () => undefined, ['approve', 'wrong']],
    [
      'what was approved before',
      'escalation_answered',
      (office) => office.manager.type(['approve'], yes),
      yes,
    ],
    [
      'what was altered',
      'escalation_malformed',
      (office) => edit(office, '1 file, 2 lines', '1 file, 1 line'),
      yes,
    ],
    [
      'where nothing waits',
      'escalation_missing',
      (office) => office.git('clean', '--quiet', '--force', 'escalation.md'),
      yes,
    ],
    [
      'for another repository',
      'grant_repository',
      (office) => edit(office, 'github.com/acme/app', 'github.com/acme/other'),
      yes,
    ],
    [
      'what the person asked for as the agent',
      'approval_self',
      (office) => edit(office, 'agent:bot', 'github:1'),
      yes,
    ],
  ])('refuses %s', async (_name, code, happen, answers) => {
    const office = await askedOffice()
    await happen(office)
    const typed = await office.manager.type(['approve', '--json'], answers)
    expect(typed).toMatchObject({ code: 1, out: '' })
    expect(typed.err).toContain(`"code":"${code}"`)
  })

  it('takes a link that a grant has room for, and refuses another before anything is asked', async () => {
    const office = await askedOffice()
    const longest = 'https://example.com/'.padEnd(1000, 'x')
    const typed = await office.manager.type(['approve', '--link', `${longest}x`], [])
    expect(typed).toMatchObject({ code: 1, out: '' })
    expect(typed.err).toContain('the link is 1001 characters long; a grant has room for 1000 [usage]')
    expect(await office.manager.type(['approve', '--link', longest], yes)).toMatchObject({ code: 0 })
  })

  it('never takes the passphrase from the environment', async () => {
    const office = await askedOffice()
    Object.assign(office.manager.env, { MODEL_POLICY_PASSPHRASE: passphrase })
    expect(await office.manager.type(['approve'])).toMatchObject({ code: 1 })
    expect(await office.manager.type(['approve'], ['approve', 'wrong'])).toMatchObject({ code: 1 })
  })

  it('writes nothing when the file changes under the eyes of the person', async () => {
    const office = await askedOffice()
    const sly = office.manager.type(
      ['approve'],
      [
        'approve',
        {
          toString() {
            edit(office, 'Split the session store', 'Rewrite everything')
            return passphrase
          },
        } as unknown as string,
      ],
    )
    expect(await sly).toMatchObject({ code: 1 })
    expect(office.read('escalation.md')).not.toContain('## Approval')
  })

  it('writes nothing when it cannot be recorded', async () => {
    const office = await askedOffice()
    office.git('clean', '--quiet', '-x', '--force', 'MODEL_AUDIT.log')
    office.write('MODEL_AUDIT.log/x', '')
    const typed = await office.manager.type(['approve'], yes)
    expect(typed.err).toContain('[audit_failed]')
    expect(office.read('escalation.md')).not.toContain('## Approval')
  })
})

describe('decline', () => {
  it('signs the reason, records it and writes it down', async () => {
    const office = await askedOffice()
    const typed = await office.manager.type(['decline', '--reason', 'too wide'], [passphrase])
    expect(typed).toMatchObject({ code: 0, out: 'Declined by github:1: too wide\n' })
    const { approval, digest } = await parseEscalation(office.read('escalation.md'))
    expect(approval).toMatchObject({ decision: 'declined', reason: 'too wide', escalation: digest })
    expect(entries(office).at(-1)).toMatchObject({
      type: 'dev.modelpolicy.approval.declined.v1',
      data: { 'model_policy.approval.by': 'github:1', 'model_policy.reason': 'too wide' },
    })
    expect(await office.manager.type(['approve'], yes)).toMatchObject({ code: 1 })
    expect((await office.manager.type(['grant', 'show'])).out).toBe('No grant is at hand.\n')
  })

  it('asks for the reason, and takes no answer for none', async () => {
    const office = await askedOffice()
    expect(await office.manager.type(['decline'], ['', passphrase])).toMatchObject({ code: 1 })
    expect(await office.manager.type(['decline', '--reason', ' '], [passphrase])).toMatchObject({ code: 1 })
    expect(await office.manager.type(['decline', '--reason', 'x'])).toMatchObject({ code: 1 })
    expect(await office.manager.type(['decline', '--reason', 'x'], ['wrong'])).toMatchObject({ code: 1 })
    expect(office.read('escalation.md')).not.toContain('## Approval')
    expect(await office.manager.type(['decline'], ['too wide', passphrase])).toMatchObject({ code: 0 })
  })
})
