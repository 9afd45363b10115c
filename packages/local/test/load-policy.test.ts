import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { generateKeyPair, type PolicyErrorCode, signToken } from '@policy/core'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  loadPolicy,
  openRepository,
  pinTrust,
  repositoryStateFolder,
  signPolicy,
  userFolders,
} from '../src/index.ts'
import { anInstant, scratchPolicy, type ScratchPolicy } from './support/scratch-policy.ts'
import { scratchFolder } from './support/scratch-repository.ts'

const load = ({ repository, folders }: Pick<ScratchPolicy, 'repository' | 'folders'>) =>
  loadPolicy({ repository, folders })

const edit = (file: string, change: (text: string) => string) =>
  writeFileSync(file, change(readFileSync(file, 'utf8')))

const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')

const loosen = (text: string) => text.replace('"unknown":"deny"', '"unknown":"grant"')

describe('loadPolicy', () => {
  it('gives the policy and keys that a pinned signer signed', async () => {
    const policy = await scratchPolicy()
    const loaded = await load(policy)
    expect(loaded).toMatchObject({ serial: 1, keys: [], trust: { repository: 'github.com/acme/app' } })
    expect(loaded.policy.document.models.default).toBe('gpt-5-mini')
  })

  it('takes a newer one, in any layout that says the same', async () => {
    const policy = await scratchPolicy()
    await load(policy)
    edit(policy.files.policy, (text) => `# the same\n${JSON.stringify(JSON.parse(text), null, 4)}\n`)
    expect(await load(policy)).toMatchObject({ serial: 1 })
    edit(policy.files.policy, (text) => text.replace('"access": "grant"', '"access": "deny"'))
    expect(await policy.sign()).toBe(2)
    expect(await load(policy)).toMatchObject({ serial: 2 })
  })

  it('starts from a trust root it is given', async () => {
    const policy = await scratchPolicy()
    const { trust } = await load(policy)
    const folders = userFolders({ HOME: scratchFolder() })
    expect(await loadPolicy({ repository: policy.repository, folders, trust })).toMatchObject({ serial: 1 })
  })

  const attacks: [string, PolicyErrorCode, (policy: ScratchPolicy) => unknown][] = [
    ['a policy that is not there', 'policy_missing', ({ files }) => rmSync(files.policy)],
    ['a policy edited by the agent', 'policy_altered', ({ files }) => edit(files.policy, loosen)],
    [
      'a policy that does not parse',
      'policy_invalid',
      ({ files }) => edit(files.policy, (text) => `${text}]`),
    ],
    ['keys that are not there', 'policy_missing', ({ files }) => rmSync(files.keys)],
    ['keys that are no keys', 'keys_invalid', ({ files }) => edit(files.keys, () => '{"keys":1}')],
    [
      'a key added by the agent',
      'policy_altered',
      async ({ files }) => {
        const { publicJwk, kid } = await generateKeyPair()
        const record = {
          kid,
          role: 'approver',
          subject: 'github:1',
          key: publicJwk,
          personas: [],
          notBefore: '2026-01-01T00:00:00Z',
        }
        edit(files.keys, (text) => JSON.stringify({ ...(JSON.parse(text) as object), keys: [record] }))
      },
    ],
    ['a signature that is not there', 'policy_unsigned', ({ files }) => rmSync(files.signature)],
    ['an empty signature', 'policy_unsigned', ({ files }) => writeFileSync(files.signature, '')],
    [
      'a signature by the agent itself',
      'policy_foreign',
      async (policy) => {
        const { privateJwk } = await generateKeyPair()
        edit(policy.files.policy, loosen)
        await signPolicy({ ...policy, key: privateJwk, clock: () => anInstant })
      },
    ],
    [
      'a signature in the name of the signer',
      'policy_altered',
      async ({ files, signer }) => {
        const { privateJwk } = await generateKeyPair()
        const [header, payload] = readFileSync(files.signature, 'utf8').split('.')
        const forged = await signToken({ any: 'thing' }, 'model-policy+jwt', privateJwk)
        expect(Buffer.from(String(header), 'base64url').toString()).toContain(signer.kid)
        writeFileSync(files.signature, `${header}.${payload}.${forged.split('.')[2]}`)
      },
    ],
    [
      'a grant by the signer in place of a signature',
      'policy_unsigned',
      async ({ files, signer }) => {
        writeFileSync(
          files.signature,
          await signToken({ iss: 'github.com/acme/app' }, 'model-grant+jwt', signer.privateJwk),
        )
      },
    ],
    [
      'a signed claim of another shape',
      'policy_unsigned',
      async ({ files, signer }) => {
        writeFileSync(
          files.signature,
          await signToken({ iss: 'github.com/acme/app' }, 'model-policy+jwt', signer.privateJwk),
        )
      },
    ],
    [
      'an older policy, its keys and signature',
      'policy_rolled_back',
      async (policy) => {
        const { files } = policy
        const older = [files.policy, files.signature].map((file) => [file, readFileSync(file)] as const)
        edit(files.policy, (text) => text.replace('"access":"grant"', '"access":"deny"'))
        await policy.sign()
        await load(policy)
        for (const [file, bytes] of older) writeFileSync(file, bytes)
      },
    ],
    [
      "another repository's policy, keys and signature",
      'policy_foreign',
      async ({ files, signer }) => {
        const other = await scratchPolicy('github.com/acme/other')
        await signPolicy({ ...other, key: signer.privateJwk, clock: () => anInstant })
        for (const name of ['policy', 'keys', 'signature'] as const)
          copyFileSync(other.files[name], files[name])
      },
    ],
  ]

  it.each(attacks)('refuses %s with %s', async (_name, code, attack) => {
    const policy = await scratchPolicy()
    await attack(policy)
    const refusal = load(policy)
    await expect(refusal).rejects.toMatchObject({ code })
    if (code.endsWith('_invalid')) return
    await expect(refusal).rejects.toMatchObject({ remedy: expect.stringContaining('`model-policy ') })
  })

  const forms: [string, (header: object, payload: string, signature: string) => string][] = [
    ['no algorithm', (header, payload) => `${part({ ...header, alg: 'none' })}.${payload}.`],
    [
      'a shared secret',
      (header, payload, signature) => `${part({ ...header, alg: 'HS256' })}.${payload}.${signature}`,
    ],
    [
      'the old name of the algorithm',
      (header, payload, signature) => `${part({ ...header, alg: 'EdDSA' })}.${payload}.${signature}`,
    ],
    [
      'a key of its own',
      (header, payload, signature) => `${part({ ...header, jwk: {} })}.${payload}.${signature}`,
    ],
    [
      'a critical extension',
      (header, payload, signature) =>
        `${part({ ...header, crit: ['b64'], b64: false })}.${payload}.${signature}`,
    ],
    [
      'another type',
      (header, payload, signature) => `${part({ ...header, typ: 'JWT' })}.${payload}.${signature}`,
    ],
    ['no payload', (header, _payload, signature) => `${part(header)}..${signature}`],
    ['no signature', (header, payload) => `${part(header)}.${payload}`],
    [
      'JSON in place of the compact form',
      (header, payload, signature) => JSON.stringify({ protected: part(header), payload, signature }),
    ],
    ['more than a token', (header, payload, signature) => `${part(header)}.${payload}.${signature}.x`],
    ['8 KiB of something', () => 'x'.repeat(8193)],
  ]

  it.each(forms)('takes a token with %s for no signature', async (_name, form) => {
    const policy = await scratchPolicy()
    const { signature: file } = policy.files
    const [header = '', payload = '', signature = ''] = readFileSync(file, 'utf8').trim().split('.')
    const members = JSON.parse(Buffer.from(header, 'base64url').toString()) as object
    writeFileSync(file, form(members, payload, signature))
    await expect(load(policy)).rejects.toMatchObject({ code: 'policy_unsigned' })
  })

  it('refuses a clone of a repository that nobody pinned', async () => {
    const policy = await scratchPolicy()
    const folders = userFolders({ HOME: scratchFolder() })
    await expect(load({ ...policy, folders })).rejects.toMatchObject({
      code: 'trust_missing',
      remedy: expect.stringContaining('model-policy trust'),
    })
  })

  it('refuses a clone whose remote the agent changed, also to a repository that is pinned', async () => {
    const policy = await scratchPolicy()
    policy.scratch.git('remote', 'set-url', 'origin', 'https://github.com/evil/app')
    const repository = await openRepository(policy.scratch.top)
    await expect(load({ ...policy, repository })).rejects.toMatchObject({ code: 'policy_foreign' })
  })

  it('takes no serial below the pinned one, even when the memory of serials is gone', async () => {
    const policy = await scratchPolicy()
    const { files, folders, repository, repositoryId, signer } = policy
    const first = readFileSync(files.signature)
    const serial = await policy.sign()
    await pinTrust({
      repository,
      folders,
      repositoryId,
      signers: [signer.publicJwk],
      ledger: 'led_1',
      serial,
    })
    writeFileSync(files.signature, first)
    await expect(load(policy)).rejects.toMatchObject({ code: 'policy_rolled_back' })
  })

  it('remembers the serial for every clone and worktree of the user', async () => {
    const policy = await scratchPolicy()
    const { scratch, folders, files } = policy
    scratch.commit()
    const worktree = join(scratchFolder(), 'worktree')
    scratch.git('worktree', 'add', '--quiet', worktree)
    await policy.sign()
    await load(policy)
    const repository = await openRepository(worktree)
    await expect(loadPolicy({ repository, folders })).rejects.toMatchObject({ code: 'policy_rolled_back' })
    copyFileSync(files.signature, join(worktree, '.model-policy', 'policy.sig'))
    expect(await loadPolicy({ repository, folders })).toMatchObject({ serial: 2 })
  })

  it('fails when it cannot remember', async () => {
    const policy = await scratchPolicy()
    await policy.sign()
    const folder = repositoryStateFolder(policy.folders, policy.repositoryId)
    mkdirSync(dirname(folder), { recursive: true })
    writeFileSync(folder, 'a file where a folder should be')
    await expect(load(policy)).rejects.toMatchObject({ code: 'file_unreadable' })
  })

  it('refuses a signature with any one character changed', async () => {
    const policy = await scratchPolicy()
    const { signature } = policy.files
    const text = readFileSync(signature, 'utf8').trimEnd()
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.= \n'
    const changed = fc
      .tuple(
        fc.nat({ max: text.length - 1 }),
        fc.constantFrom(...alphabet),
        fc.constantFrom('replace', 'insert', 'delete'),
      )
      .map(([at, character, how]) => {
        const head = text.slice(0, at)
        return head + (how === 'delete' ? '' : character) + text.slice(how === 'insert' ? at : at + 1)
      })
      .filter((other) => other.trimEnd() !== text)
    await fc.assert(
      fc.asyncProperty(changed, async (other) => {
        writeFileSync(signature, other)
        await expect(load(policy)).rejects.toMatchObject({
          code: expect.stringMatching(/^policy_(unsigned|foreign|altered)$/),
        })
      }),
    )
  })
})

describe('signPolicy', () => {
  it('counts serials up from the signature that is there and from what was seen', async () => {
    const policy = await scratchPolicy()
    expect(await policy.sign()).toBe(2)
    await load(policy)
    rmSync(policy.files.signature)
    expect(await policy.sign()).toBe(3)
    writeFileSync(policy.files.signature, 'damaged')
    expect(await policy.sign()).toBe(3)
  })

  it('signs no policy that does not parse', async () => {
    const policy = await scratchPolicy()
    edit(policy.files.policy, () => 'version: 2\n')
    await expect(policy.sign()).rejects.toMatchObject({ code: 'policy_invalid' })
  })
})
