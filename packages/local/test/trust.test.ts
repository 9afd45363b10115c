import { cpSync, existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { isAbsolute, join } from 'node:path'
import { generateKeyPair } from '@policy/core'
import { describe, expect, it } from 'vitest'
import { findTrust, openRepository, pinTrust, type Repository, userFolders } from '../src/index.ts'
import { scratchFolder, scratchRepository } from './support/scratch-repository.ts'

const aUser = () => userFolders({ HOME: scratchFolder() })

async function aClone(remote?: string) {
  const { top, git } = scratchRepository()
  if (remote !== undefined) git('remote', 'add', 'origin', remote)
  return { top, git, repository: await openRepository(top) }
}

async function pins(repositoryId = 'github.com/acme/app') {
  const { publicJwk } = await generateKeyPair()
  return { repositoryId, signers: [publicJwk], ledger: 'led_1', serial: 0 }
}

/** A machine that pins a repository for every user, by a root that an administrator copied there. */
async function aMachine(repository: Repository) {
  const machine = scratchFolder()
  const administrator = aUser()
  const { trust } = await pinTrust({ repository, folders: administrator, ...(await pins()) })
  cpSync(join(administrator.config, 'trust'), join(machine, 'trust'), { recursive: true })
  return { machine, trust, aUser: () => userFolders({ HOME: scratchFolder() }, machine) }
}

describe('findTrust', () => {
  it('gives what a person pinned', async () => {
    const { repository } = await aClone('git@github.com:acme/app.git')
    const folders = aUser()
    const { trust } = await pinTrust({ repository, folders, ...(await pins()) })
    expect(trust.clones).toEqual([repository.commonFolder])
    expect(await findTrust(repository, folders)).toEqual(trust)
  })

  it('knows another clone by its remote, and a clone without one by its place', async () => {
    const first = await aClone()
    const second = await aClone('https://github.com/acme/app')
    const folders = aUser()
    const { trust } = await pinTrust({ repository: first.repository, folders, ...(await pins()) })
    expect(await findTrust(first.repository, folders)).toEqual(trust)
    expect(await findTrust(second.repository, folders)).toEqual(trust)
  })

  it('pins nothing for another user, another repository or a clone without a remote', async () => {
    const { repository } = await aClone('https://github.com/acme/app')
    const folders = aUser()
    await pinTrust({ repository, folders, ...(await pins()) })
    const other = await aClone('https://github.com/acme/other')
    const none = await aClone()
    await expect(findTrust(repository, aUser())).rejects.toMatchObject({ code: 'trust_missing' })
    await expect(findTrust(other.repository, folders)).rejects.toMatchObject({ code: 'trust_missing' })
    await expect(findTrust(none.repository, folders)).rejects.toMatchObject({ code: 'trust_missing' })
  })

  it('refuses a pinned clone whose remote was changed to another repository that is pinned too', async () => {
    const { top, git, repository } = await aClone('https://github.com/acme/app')
    const other = await aClone('https://github.com/acme/other')
    const folders = aUser()
    await pinTrust({ repository, folders, ...(await pins()) })
    await pinTrust({ repository: other.repository, folders, ...(await pins('github.com/acme/other')) })
    git('remote', 'set-url', 'origin', 'https://github.com/acme/other')
    await expect(findTrust(await openRepository(top), folders)).rejects.toMatchObject({
      code: 'policy_foreign',
    })
  })

  it('lets a person pin the clone anew', async () => {
    const { top, git, repository } = await aClone('https://github.com/acme/app')
    const folders = aUser()
    await pinTrust({ repository, folders, ...(await pins()) })
    git('remote', 'set-url', 'origin', 'https://github.com/acme/renamed')
    const renamed = await openRepository(top)
    await pinTrust({ repository: renamed, folders, ...(await pins('github.com/acme/renamed')) })
    expect(await findTrust(renamed, folders)).toMatchObject({ repository: 'github.com/acme/renamed' })
  })

  it.each(['home', 'home/.config'])(
    'finds no root inside the working tree, with a home of %s',
    async (home) => {
      const { top, repository } = await aClone('https://github.com/acme/app')
      // a root that would count if its place did not matter
      const elsewhere = aUser()
      await pinTrust({ repository, folders: elsewhere, ...(await pins()) })
      const folders = userFolders({ HOME: join(top, home) })
      cpSync(elsewhere.config, folders.config, { recursive: true })
      await expect(findTrust(repository, folders)).rejects.toMatchObject({
        code: 'trust_missing',
        message: expect.stringContaining('inside the working tree'),
      })
    },
  )

  it('refuses to pin inside the working tree', async () => {
    const { top, repository } = await aClone('https://github.com/acme/app')
    const folders = userFolders({ HOME: join(top, 'home') })
    await expect(pinTrust({ repository, folders, ...(await pins()) })).rejects.toMatchObject({
      code: 'trust_missing',
      message: expect.stringContaining('inside the working tree'),
    })
    expect(existsSync(folders.config)).toBe(false)
  })

  it.each([
    ['no JSON', '{'],
    ['no object', 'null'],
    [
      'no signer',
      '{"trust":1,"repository":"github.com/acme/app","signers":[],"ledger":"l","serial":0,"clones":[]}',
    ],
    [
      'an unknown member',
      '{"trust":1,"repository":"github.com/acme/app","signers":[],"ledger":"l","serial":0,"clones":[],"x":1}',
    ],
  ])('refuses a trust root with %s', async (_name, text) => {
    const { repository } = await aClone('https://github.com/acme/app')
    const folders = aUser()
    mkdirSync(join(folders.config, 'trust'), { recursive: true })
    writeFileSync(join(folders.config, 'trust', 'github.com%2Facme%2Fapp.json'), text)
    await expect(findTrust(repository, folders)).rejects.toMatchObject({ code: 'trust_missing' })
  })
})

describe('a trust root of the machine', () => {
  it('counts for a user who has pinned nothing, wherever XDG_CONFIG_HOME leads', async () => {
    const { repository } = await aClone('https://github.com/acme/app')
    const { machine, trust } = await aMachine(repository)
    const moved = userFolders({ HOME: scratchFolder(), XDG_CONFIG_HOME: scratchFolder() }, machine)
    expect(await findTrust(repository, moved)).toEqual(trust)
  })

  it('wins over what a user wrote for the same repository', async () => {
    const { repository } = await aClone('https://github.com/acme/app')
    const other = await aClone('https://github.com/acme/app')
    const nameless = await aClone()
    const { machine, trust } = await aMachine(repository)
    // pinned where the machine's folder was not looked at, as an agent could
    const folders = aUser()
    for (const clone of [repository, nameless.repository]) {
      await pinTrust({ repository: clone, folders, ...(await pins()) })
    }
    const here = { ...folders, machine }
    for (const clone of [repository, other.repository, nameless.repository]) {
      expect(await findTrust(clone, here)).toEqual(trust)
    }
  })

  it('holds its clones to their repository, whatever a user pins', async () => {
    const { top, git, repository } = await aClone('https://github.com/acme/app')
    const { machine } = await aMachine(repository)
    git('remote', 'set-url', 'origin', 'https://github.com/acme/other')
    const renamed = await openRepository(top)
    const folders = aUser()
    await pinTrust({ repository: renamed, folders, ...(await pins('github.com/acme/other')) })
    await expect(findTrust(renamed, { ...folders, machine })).rejects.toMatchObject({
      code: 'policy_foreign',
    })
  })

  it('lets a user pin the same signers only', async () => {
    const { repository } = await aClone('https://github.com/acme/app')
    const { trust, aUser: aUserHere } = await aMachine(repository)
    const folders = aUserHere()
    await expect(pinTrust({ repository, folders, ...(await pins()) })).rejects.toMatchObject({
      code: 'policy_foreign',
      message: expect.stringContaining('for every user of this machine'),
    })
    const same = { repositoryId: trust.repository, ledger: trust.ledger, serial: 0, signers: trust.signers }
    await expect(pinTrust({ repository, folders, ...same })).resolves.toMatchObject({
      trust: { signers: trust.signers },
    })
  })

  it('pins nothing when it is damaged, also for a user who has pinned', async () => {
    const { repository } = await aClone('https://github.com/acme/app')
    const { machine } = await aMachine(repository)
    const folders = aUser()
    await pinTrust({ repository, folders, ...(await pins()) })
    writeFileSync(join(machine, 'trust', 'github.com%2Facme%2Fapp.json'), '{')
    await expect(findTrust(repository, { ...folders, machine })).rejects.toMatchObject({
      code: 'trust_missing',
    })
  })

  it('leaves other repositories to the user', async () => {
    const { repository } = await aClone('https://github.com/acme/app')
    const other = await aClone('https://github.com/acme/other')
    const { aUser: aUserHere } = await aMachine(repository)
    const folders = aUserHere()
    const { trust } = await pinTrust({
      repository: other.repository,
      folders,
      ...(await pins('github.com/acme/other')),
    })
    expect(await findTrust(other.repository, folders)).toEqual(trust)
  })
})

describe('userFolders', () => {
  it.each([
    [{ HOME: '/home/ann' }, '/home/ann/.config/model-policy', '/home/ann/.local/state/model-policy'],
    [
      { HOME: '/home/ann', XDG_CONFIG_HOME: '/c', XDG_STATE_HOME: '/s' },
      '/c/model-policy',
      '/s/model-policy',
    ],
    [
      { HOME: '/home/ann', XDG_CONFIG_HOME: 'c' },
      '/home/ann/.config/model-policy',
      '/home/ann/.local/state/model-policy',
    ],
  ])('reads %j', (env, config, state) => expect(userFolders(env)).toMatchObject({ config, state }))

  it('finds the machine where no environment can move it', () => {
    const { machine } = userFolders({})
    const moved = { HOME: '/h', XDG_CONFIG_HOME: '/c', XDG_CONFIG_DIRS: '/d', PROGRAMDATA: '/p' }
    expect(userFolders(moved).machine).toBe(machine)
    expect(isAbsolute(machine)).toBe(true)
  })
})
