import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { generateLogKey } from '@policy/audit'
import { generateKeyPair, parseKeys, renderKeys } from '@policy/core'
import type { TrustRoot } from '@policy/local'
import { describe, expect, it } from 'vitest'
import { type Scratch, setUpScratch } from './support/scratch.ts'

const keysFile = ({ repository }: Scratch) => join(repository, '.model-policy', 'keys.json')

async function signerOf(made: Scratch): Promise<string> {
  const keys = await parseKeys(readFileSync(keysFile(made), 'utf8'))
  return keys.find(({ role }) => role === 'signer')?.kid ?? ''
}

const edit = (file: string, change: (text: string) => string) =>
  writeFileSync(file, change(readFileSync(file, 'utf8')))

const loosen = (text: string) => text.replace('unknown: deny', 'unknown: grant')

describe('trust', () => {
  it.each([43, 12])('pins a repository for another person by %i characters of a signer', async (length) => {
    const made = await setUpScratch()
    const auditor = made.person('auditor')
    expect(await auditor.type('check', '--model', 'gpt-5-mini')).toMatchObject({ code: 1 })
    const signer = await signerOf(made)
    const typed = await auditor.type('trust', '--signer', signer.slice(0, length), '--json')
    expect(typed).toMatchObject({ code: 0, err: '' })
    expect(JSON.parse(typed.out)).toMatchObject({ trust: { repository: 'github.com/acme/app', serial: 1 } })
    expect(await auditor.type('check', '--model', 'gpt-5-mini')).toMatchObject({ code: 0 })
  })

  it('asks a person at a terminal for what only the signer can tell, and shows nothing to copy', async () => {
    const made = await setUpScratch()
    const signer = await signerOf(made)
    const asked: string[] = []
    const terminal = {
      line: async (question: string) => (asked.push(question), signer.slice(0, 12)),
      secret: async () => '',
    }
    const typed = await made.person('auditor', { terminal }).type('trust')
    expect(typed).toMatchObject({ code: 0, out: expect.stringContaining(`signer     ${signer}`) })
    expect(asked.join()).toContain('first 12 characters')
    expect(asked.join()).not.toContain(signer.slice(0, 12))
  })

  it.each([
    ['a key that no signer has', 'A'.repeat(43), 'policy_foreign'],
    ['too little of a key', 'A'.repeat(11), 'usage'],
  ])('refuses %s', async (_name, signer, code) => {
    const { person } = await setUpScratch()
    const typed = await person('auditor').type('trust', '--signer', signer)
    expect(typed).toMatchObject({ code: 1, err: expect.stringContaining(`[${code}]`) })
  })

  it("refuses an approver's key, and a signer who did not sign what is there", async () => {
    const made = await setUpScratch()
    const { publicJwk, kid } = await generateKeyPair()
    const keys = await parseKeys(readFileSync(keysFile(made), 'utf8'))
    const approver = keys.find(({ role }) => role === 'approver')?.kid ?? ''
    const auditor = made.person('auditor')
    expect(await auditor.type('trust', '--signer', approver)).toMatchObject({
      err: expect.stringContaining('policy_foreign'),
    })
    const signer = await signerOf(made)
    const another = {
      kid,
      key: publicJwk,
      role: 'signer',
      subject: 'github:2',
      personas: [],
      notBefore: '2026-01-01T00:00:00Z',
    } as const
    writeFileSync(keysFile(made), renderKeys([...keys, another]))
    expect(await auditor.type('trust', '--signer', kid)).toMatchObject({
      err: expect.stringContaining('policy_foreign'),
    })
    expect(await auditor.type('trust', '--signer', signer)).toMatchObject({
      err: expect.stringContaining('policy_altered'),
    })
    expect(await auditor.type('trust', 'show')).toMatchObject({
      err: expect.stringContaining('trust_missing'),
    })
  })

  it('keeps ledger and log when it is run again, and takes a log key', async () => {
    const made = await setUpScratch()
    const auditor = made.person('auditor')
    const signer = await signerOf(made)
    const log = ['--log-origin', 'github.com/acme/app/model-audit', '--log-key', 'log+1+key']
    const first = JSON.parse(
      (await auditor.type('trust', '--signer', signer, ...log, '--json')).out,
    ) as object
    const again = JSON.parse((await auditor.type('trust', '--signer', signer, '--json')).out) as object
    expect(again).toEqual(first)
    expect(first).toMatchObject({ trust: { log: { vkey: 'log+1+key' } } })
    expect(await auditor.type('trust', '--signer', signer, '--log-key', 'x')).toMatchObject({ code: 1 })
  })

  it('shows what is pinned', async () => {
    const made = await setUpScratch()
    const shown = await made.projectManager.type('trust', 'show')
    expect(shown.out).toContain(await signerOf(made))
    const json = await made.projectManager.type('trust', 'show', '--json')
    expect(JSON.parse(json.out)).toMatchObject({ trust: 1, repository: 'github.com/acme/app' })
  })

  it('says how to name a repository without a remote, and without a terminal', async () => {
    const made = await setUpScratch()
    expect(await made.person('auditor').type('trust')).toMatchObject({
      err: expect.stringContaining('--signer'),
    })
    await made.projectManager.type('trust', '--signer', await signerOf(made))
    made.git('remote', 'remove', 'origin')
    const typed = await made.person('auditor').type('trust', '--signer', await signerOf(made))
    expect(typed).toMatchObject({ err: expect.stringContaining('--repository local/app') })
    // the project manager pinned this very clone, so it needs no remote
    expect(await made.projectManager.type('check', '--model', 'gpt-5-mini')).toMatchObject({ code: 0 })
  })
})

describe('trust --log-key', () => {
  it('adds the key of the log to what is pinned, without naming the signers again', async () => {
    const { projectManager, person } = await setUpScratch()
    const log = ['--log-origin', 'acme/log', '--log-key', generateLogKey('acme/log').vkey]
    const before = JSON.parse((await projectManager.type('trust', 'show', '--json')).out) as TrustRoot
    expect(await projectManager.type('trust', ...log)).toMatchObject({ code: 0 })
    expect(JSON.parse((await projectManager.type('trust', 'show', '--json')).out)).toMatchObject({
      signers: before.signers,
      log: { origin: 'acme/log' },
    })
    // who has pinned nothing must name a signer
    expect(await person('stranger').type('trust', ...log)).toMatchObject({
      code: 1,
      err: expect.stringContaining('--signer'),
    })
  })
})

describe('policy sign', () => {
  it('puts a change in force, for whoever pinned the signer', async () => {
    const made = await setUpScratch()
    const { projectManager, repository, person } = made
    const auditor = person('auditor')
    await auditor.type('trust', '--signer', await signerOf(made))
    edit(join(repository, 'model-policy.yaml'), loosen)
    expect(await auditor.type('check', '--model', 'unheard-of')).toMatchObject({
      code: 1,
      err: expect.stringMatching(/policy_altered[^]*model-policy policy sign/),
    })
    const signed = await projectManager.type('policy', 'sign', '--json')
    expect(JSON.parse(signed.out)).toMatchObject({ serial: 2, changed: { policy: true, keys: false } })
    expect(await auditor.type('check', '--model', 'unheard-of')).toMatchObject({ code: 2 })
  })

  it('tells a person what is new since the last signature that counts', async () => {
    const made = await setUpScratch()
    const { projectManager, repository } = made
    expect((await projectManager.type('policy', 'sign')).err).toMatch(
      /yaml.*as signed before[^]*json.*as signed before/,
    )
    edit(join(repository, 'model-policy.yaml'), loosen)
    const signature = join(repository, '.model-policy', 'policy.sig')
    edit(signature, (text) => text.replace(/.$/m, '')) // an agent may leave anything there
    expect((await projectManager.type('policy', 'sign')).err).toMatch(/yaml.*changed[^]*json.*changed/)
  })

  it('leaves the signature and its serial alone when nothing has changed, and asks for nothing', async () => {
    const { repository, person, projectManager } = await setUpScratch()
    const signature = join(repository, '.model-policy', 'policy.sig')
    const before = readFileSync(signature, 'utf8')
    const silent = person('project-manager')
    expect(await silent.type('policy', 'sign')).toMatchObject({
      code: 0,
      out: 'Nothing has changed since serial 1 was signed: the signature stays as it is.\n',
    })
    expect(readFileSync(signature, 'utf8')).toBe(before)
    edit(signature, (text) => `${text.trim().slice(0, -4)}AAAA\n`)
    const anew = await projectManager.type('policy', 'sign', '--json')
    expect(JSON.parse(anew.out)).toMatchObject({ serial: 2 })
  })

  it('warns of a policy under which nobody can approve', async () => {
    const { repository, projectManager } = await setUpScratch()
    edit(join(repository, 'model-policy.yaml'), (text) => text.replace(/people: .*/, 'people: []'))
    expect(await projectManager.type('policy', 'sign')).toMatchObject({
      code: 0,
      err: expect.stringMatching(/warning: model-policy.yaml:\d+:\d+: .*nobody can approve/),
    })
  })

  it.each([
    ['an agent without a key', {}, 'trust_missing'],
    ['a person who only pinned it', { pinned: true }, 'key_missing'],
  ])('is refused to %s', async (_name, { pinned }: { pinned?: boolean }, code) => {
    const made = await setUpScratch()
    const person = made.person('other', { env: { MODEL_POLICY_PASSPHRASE: 'x' } })
    if (pinned) await person.type('trust', '--signer', await signerOf(made))
    expect(await person.type('policy', 'sign')).toMatchObject({ code: 1, err: expect.stringContaining(code) })
  })

  it('signs nothing with a wrong passphrase or a policy that does not parse', async () => {
    const made = await setUpScratch()
    const { projectManager, repository, person } = made
    const wrong = person('project-manager', { env: { MODEL_POLICY_PASSPHRASE: 'wrong' } })
    edit(join(repository, 'model-policy.yaml'), loosen)
    expect(await wrong.type('policy', 'sign')).toMatchObject({ err: expect.stringContaining('key_locked') })
    edit(join(repository, 'model-policy.yaml'), () => 'version: 1\nrulez: []\n')
    expect(await projectManager.type('policy', 'sign')).toMatchObject({
      err: expect.stringContaining('policy_invalid'),
    })
  })
})

describe('policy export', () => {
  it('prints the policy in force, and nothing when none is', async () => {
    const { projectManager, repository } = await setUpScratch()
    const { code, out } = await projectManager.type('policy', 'export')
    expect(code).toBe(0)
    expect(JSON.parse(out)).toMatchObject({
      version: 1,
      repository: 'github.com/acme/app',
      serial: 1,
      digest: expect.stringMatching(/^sha256:[0-9a-f]{64}$/),
      document: {
        models: { classes: { standard: { access: 'open', prefixes: [] }, codex: { access: 'grant' } } },
      },
    })
    edit(join(repository, 'model-policy.yaml'), (text) => `${text}\n# nothing new\n`)
    expect(await projectManager.type('policy', 'export')).toMatchObject({ code: 0 })
    edit(join(repository, 'model-policy.yaml'), (text) => text.replace('access: grant', 'access: deny'))
    expect(await projectManager.type('policy', 'export')).toMatchObject({ code: 1, out: '' })
  })
})
