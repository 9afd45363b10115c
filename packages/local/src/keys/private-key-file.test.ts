import { chmodSync, readdirSync, readFileSync, renameSync, statSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { generateKeyPair } from '@policy/core'
import { describe, expect, it } from 'vitest'
import { scratchFolder } from '../../test/support/scratch-repository.ts'
import { listPrivateKeys, loadPrivateKey, savePrivateKey } from './private-key-file.ts'

const pair = await generateKeyPair()

function place() {
  const top = scratchFolder()
  return { folder: join(top, 'home', 'keys'), workingTree: join(top, 'repository') }
}

describe('private key files', () => {
  it('give the key back to whoever knows the passphrase', async () => {
    const keys = place()
    const path = await savePrivateKey(keys, pair.privateJwk, 'correct horse')
    expect(await loadPrivateKey(keys, pair.kid, 'correct horse')).toEqual(pair.privateJwk)
    expect(await listPrivateKeys(keys)).toEqual([pair.kid])
    expect(statSync(path).mode & 0o777).toBe(0o600)
    expect(statSync(keys.folder).mode & 0o777).toBe(0o700)
    expect(readFileSync(path, 'utf8')).not.toContain(pair.privateJwk.d)
  })

  it('may have no passphrase, for an agent', async () => {
    const keys = place()
    await savePrivateKey(keys, pair.privateJwk, '')
    expect(await loadPrivateKey(keys, pair.kid, '')).toEqual(pair.privateJwk)
    await expect(loadPrivateKey(keys, pair.kid, 'x')).rejects.toMatchObject({ code: 'key_locked' })
  })

  it('stay closed to another passphrase', async () => {
    const keys = place()
    await savePrivateKey(keys, pair.privateJwk, 'correct horse')
    await expect(loadPrivateKey(keys, pair.kid, 'Correct horse')).rejects.toMatchObject({
      code: 'key_locked',
    })
  })

  it('are never written over', async () => {
    const keys = place()
    await savePrivateKey(keys, pair.privateJwk, '')
    await expect(savePrivateKey(keys, pair.privateJwk, 'x')).rejects.toMatchObject({
      code: 'file_unreadable',
    })
    expect(await loadPrivateKey(keys, pair.kid, '')).toEqual(pair.privateJwk)
  })

  it('never lie in the working tree, by whatever way', async () => {
    const keys = place()
    await savePrivateKey(keys, pair.privateJwk, '')
    const within = { folder: join(keys.workingTree, '.keys'), workingTree: keys.workingTree }
    await expect(savePrivateKey(within, pair.privateJwk, '')).rejects.toMatchObject({ code: 'key_exposed' })
    renameSync(join(keys.folder, '..'), keys.workingTree)
    symlinkSync(keys.workingTree, join(keys.folder, '..'))
    await expect(loadPrivateKey(keys, pair.kid, '')).rejects.toMatchObject({ code: 'key_exposed' })
  })

  it.each<[string, (path: string) => void]>([
    ['others may read', (path) => chmodSync(path, 0o644)],
    ['the group may read', (path) => chmodSync(path, 0o640)],
    ['a link points to', (path) => (renameSync(path, `${path}.2`), symlinkSync(`${path}.2`, path))],
  ])('are refused when %s them', async (_name, expose) => {
    const keys = place()
    expose(await savePrivateKey(keys, pair.privateJwk, ''))
    await expect(loadPrivateKey(keys, pair.kid, '')).rejects.toMatchObject({ code: 'key_exposed' })
  })

  it.each(['', '../x', 'A'.repeat(43)])('are missing for the id %j', async (kid) => {
    await expect(loadPrivateKey(place(), kid, '')).rejects.toMatchObject({ code: 'key_missing' })
  })

  it('under another name are refused', async () => {
    const keys = place()
    const other = await generateKeyPair()
    const path = await savePrivateKey(keys, pair.privateJwk, '')
    renameSync(path, path.replace(pair.kid, other.kid))
    await expect(loadPrivateKey(keys, other.kid, '')).rejects.toMatchObject({ code: 'key_locked' })
    expect(readdirSync(keys.folder)).toHaveLength(1)
  })
})
