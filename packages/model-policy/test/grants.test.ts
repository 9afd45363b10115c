import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { parseEscalation } from '@policy/core'
import { describe, expect, it } from 'vitest'
import { askedOffice, entries, yes } from './support/asked-office.ts'
import { type Office, openOffice } from './support/office.ts'

interface Shown {
  jti: string
  used: number
  permits: { max_calls: number }
  refused?: { code: string }
}

async function approvedOffice(): Promise<Office> {
  const office = await askedOffice()
  const typed = await office.manager.type(['approve'], yes)
  if (typed.code !== 0) throw new Error(typed.err)
  return office
}

const shown = async ({ manager }: Office) =>
  JSON.parse((await manager.type(['grant', 'show', '--json'])).out) as Shown[]

describe('grant', () => {
  it('shows what a grant permits, who gave it, and what is left', async () => {
    const office = await approvedOffice()
    const { code, out } = await office.manager.type(['grant', 'show'])
    expect(code).toBe(0)
    for (const part of [
      'gpt-5.3-codex for ISSUE-12, to agent:bot',
      'by github:1 (approval)',
      '25 of 25 calls',
    ]) {
      expect(out).toContain(part)
    }
    const [grant] = await shown(office)
    expect(out).toContain(grant?.jti)
    expect((await office.manager.type(['grant', 'show', '.'])).out).toBe('No grant is at hand.\n')
    const { approval } = await parseEscalation(office.read('escalation.md'))
    expect(out).not.toContain(approval?.token)
  })

  it('shows why a grant permits nothing', async () => {
    const office = await approvedOffice()
    office.clock.ahead += 9 * 3_600_000
    expect(await shown(office)).toMatchObject([{ refused: { code: 'grant_expired' } }])
    expect((await office.manager.type(['grant', 'show'])).out).toContain('REFUSED')
  })

  it('keeps one that came another way, from a file or standard input, once it is verified', async () => {
    const office = await approvedOffice()
    const { approval } = await parseEscalation(office.read('escalation.md'))
    const token = approval?.token ?? ''
    office.git('clean', '--quiet', '--force', 'escalation.md')
    expect(await shown(office)).toEqual([])

    const forged = `${token.slice(0, -6)}AAAAAA`
    expect((await office.manager.type(['grant', 'add', '-', '--json'], [forged])).err).toContain(
      'grant_forged',
    )
    expect((await office.manager.type(['grant', 'add', 'absent'])).err).toContain('file_unreadable')
    expect(await shown(office)).toEqual([])

    office.write('comments.txt', `Granted:\n\`\`\`\n${token}\n\`\`\`\nA stranger's: ${forged}\n`)
    expect(await office.manager.type(['grant', 'add', 'comments.txt'])).toMatchObject({ code: 0, err: '' })
    office.write('grant.jwt', `${token}\n`)
    expect(await office.manager.type(['grant', 'add', 'grant.jwt'])).toMatchObject({ code: 0, err: '' })
    expect(await office.manager.type(['grant', 'add', '-'], [token])).toMatchObject({ code: 0, err: '' })
    expect(await shown(office)).toMatchObject([{ used: 0, permits: { max_calls: 25 } }])
  })
})

describe('revoke', () => {
  it.each<[string, (grant: Shown, office: Office) => Promise<string[]>, object]>([
    [
      'a grant',
      async ({ jti }) => ['--grant', jti.slice(0, 8)],
      { 'model_policy.grant.jti': expect.any(String) },
    ],
    [
      'the escalation here',
      async () => ['--escalation'],
      { 'model_policy.escalation': expect.stringMatching(/^sha256:/) },
    ],
    [
      'an escalation by its digest',
      async (_grant, office) => [
        '--escalation',
        (await parseEscalation(office.read('escalation.md'))).digest,
      ],
      { 'model_policy.escalation': expect.stringMatching(/^sha256:/) },
    ],
    [
      'a key',
      async (_grant, { manager }) => {
        const all = JSON.parse((await manager.type(['keys', 'list', '--json'])).out) as {
          kid: string
          role: string
        }[]
        return ['--key', all.find(({ role }) => role === 'approver')?.kid ?? '']
      },
      { 'model_policy.revoked.key': expect.any(String) },
    ],
    [
      'everything',
      async () => ['--all'],
      { 'model_policy.revoked.issued_before': expect.stringMatching(/Z$/) },
    ],
  ])('withdraws %s, and records it', async (_name, selector, data) => {
    const office = await approvedOffice()
    const [grant] = await shown(office)
    if (!grant) throw new Error('no grant')
    const argv = ['revoke', ...(await selector(grant, office)), '--reason', 'the work moved on']
    expect(await office.manager.type(argv)).toMatchObject({ code: 0, err: '' })
    expect(await shown(office)).toMatchObject([{ jti: grant.jti, refused: { code: 'grant_revoked' } }])
    expect(entries(office).at(-1)).toMatchObject({
      type: 'dev.modelpolicy.grant.revoked.v1',
      data: { ...data, 'model_policy.reason': 'the work moved on' },
    })
  })

  it('records a reason of any length, cut to what an entry holds', async () => {
    const office = await openOffice()
    const typed = await office.manager.type(['revoke', '--all', '--reason', 'x'.repeat(70_000)])
    expect(typed).toMatchObject({ code: 0, err: '' })
    expect(entries(office).at(-1)).toMatchObject({
      type: 'dev.modelpolicy.grant.revoked.v1',
      data: { 'model_policy.reason': expect.stringMatching(/^x+… \(70000 characters\)$/) },
    })
  })

  it('holds where the log does not take it, and says both', async () => {
    const office = await approvedOffice()
    rmSync(join(office.repository, 'MODEL_AUDIT.log'))
    mkdirSync(join(office.repository, 'MODEL_AUDIT.log'))
    const { code, err } = await office.manager.type(['revoke', '--all'])
    expect(code).toBe(1)
    expect(err).toMatch(
      /it is revoked in the ledger led_\w+, and the log did not take that: .*\[audit_failed\]/,
    )
    expect(err).toContain('next: see that the log can be written, and revoke it again')
    expect(await shown(office)).toMatchObject([{ refused: { code: 'grant_revoked' } }])
  })

  it.each<[string, string[], string]>([
    ['nothing', [], 'give one of'],
    ['two things', ['--all', '--grant', 'x'], 'give one of'],
    ['a grant that is not at hand', ['--grant', 'x'], 'no grant at hand begins with "x"'],
    ['an empty name', ['--grant', ''], 'no grant'],
    ['an escalation that is none', ['--escalation', 'esc_1'], 'no digest'],
    ['the escalation where there is none', ['--escalation'], 'escalation_missing'],
  ])('refuses %s', async (_name, argv, part) => {
    const office = await openOffice()
    const typed = await office.manager.type(['revoke', ...argv])
    expect(typed.code).toBe(1)
    expect(typed.err).toContain(part)
  })

  it('says so when the grant is spent in the ledger of another user', async () => {
    const office = await approvedOffice()
    const [signer] = JSON.parse((await office.manager.type(['keys', 'list', '--json'])).out) as {
      kid: string
    }[]
    expect(await office.agent.type(['trust', '--signer', signer?.kid ?? ''])).toMatchObject({ code: 0 })
    expect((await office.agent.type(['revoke', '--escalation'])).err).toContain('ledger_foreign')
  })
})
