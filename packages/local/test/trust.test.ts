import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { generateKeyPair } from '@policy/core'
import { describe, expect, it } from 'vitest'
import { findTrust, openRepository, pinTrust, userFolders } from '../src/index.ts'
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

  it('refuses trust roots inside the working tree, whether they are there or not', async () => {
    const { top, repository } = await aClone('https://github.com/acme/app')
    const folders = userFolders({ HOME: join(top, 'home') })
    await expect(pinTrust({ repository, folders, ...(await pins()) })).rejects.toMatchObject({
      code: 'trust_missing',
    })
    await expect(findTrust(repository, folders)).rejects.toMatchObject({ code: 'trust_missing' })
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
  ])('reads %j', (env, config, state) => expect(userFolders(env)).toEqual({ config, state }))
})
