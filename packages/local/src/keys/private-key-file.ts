import { existsSync } from 'node:fs'
import { chmod, lstat, mkdir, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { PolicyError, type PrivateJwk, thumbprint } from '@policy/core'
import { liesWithin } from '../files/lies-within.ts'
import { isMissing, readText } from '../files/read-text.ts'
import { createText } from '../files/write-text.ts'
import { openPrivateKey, sealPrivateKey } from './seal-private-key.ts'

/** A folder of private keys. */
export interface PrivateKeyFolder {
  /** The folder, in the user's configuration or state: one file a key, named by its id, or one key for all. */
  folder: string
  /** Top of the working tree at hand: keys never lie in it, for what lies there an agent reads and a commit publishes. */
  workingTree: string | undefined
}

const suffix = '.key'
/** Name of the key of a folder that holds one: of processes that make it at once, one can. */
const sole = 'sole'

/**
 * Write a private key to a new file, mode 0600, under a passphrase; gives the path.
 *
 * @throws `key_exposed` when the folder lies in the working tree, `file_unreadable` when the file is there or cannot be written.
 */
export async function savePrivateKey(
  place: PrivateKeyFolder,
  key: PrivateJwk,
  passphrase: string,
): Promise<string> {
  const path = fileOf(place, thumbprint(key))
  if (await createKey(place, path, key, passphrase)) return path
  throw new PolicyError('file_unreadable', `the key cannot be written to ${path}: it is there already`, {
    place: { file: path },
  })
}

/**
 * Make a private key the one of its folder, unless another process was first; gives the one that is kept.
 *
 * @throws as {@link savePrivateKey} and {@link loadSolePrivateKey}.
 */
export async function keepSolePrivateKey(
  place: PrivateKeyFolder,
  key: PrivateJwk,
  passphrase: string,
): Promise<PrivateJwk> {
  if (await createKey(place, fileOf(place, sole), key, passphrase)) return key
  return readKey(fileOf(place, sole), passphrase)
}

/**
 * The one private key of a folder, or `undefined` where none was made that way.
 *
 * @throws `key_exposed` when others could read it, `key_locked` when the passphrase does not open it.
 */
export async function loadSolePrivateKey(
  place: PrivateKeyFolder,
  passphrase: string,
): Promise<PrivateJwk | undefined> {
  const path = fileOf(place, sole)
  await requireOutside(place)
  return existsSync(path) ? readKey(path, passphrase) : undefined
}

/**
 * Read the private key with an id.
 *
 * @throws `key_missing` when it is not there, `key_exposed` when others could read it, `key_locked` when the passphrase does not open it.
 */
export async function loadPrivateKey(
  place: PrivateKeyFolder,
  kid: string,
  passphrase: string,
): Promise<PrivateJwk> {
  const path = fileOf(place, kid)
  await requireOutside(place)
  if (!isKeyId(kid)) throw new PolicyError('key_missing', `${JSON.stringify(kid)} is no key id`)
  const key = await readKey(path, passphrase)
  if (thumbprint(key) !== kid)
    throw new PolicyError('key_locked', `${path} holds another key than its name says`)
  return key
}

/**
 * The ids of the private keys in a folder; none when there is no folder.
 *
 * @throws `file_unreadable` when it is there and cannot be read.
 */
export async function listPrivateKeys({ folder }: Pick<PrivateKeyFolder, 'folder'>): Promise<string[]> {
  const names = await readdir(folder).catch((error: unknown) => {
    if (isMissing(error)) return []
    throw new PolicyError('file_unreadable', `${folder} cannot be read`, {
      cause: error,
      place: { file: folder },
    })
  })
  const ids = names.filter((name) => name.endsWith(suffix)).map((name) => name.slice(0, -suffix.length))
  return ids.filter(isKeyId)
}

const isKeyId = (text: string) => /^[A-Za-z0-9_-]{43}$/.test(text)
const fileOf = ({ folder }: PrivateKeyFolder, name: string) => join(folder, name + suffix)

/** Write a key whole where no file is, and give whether it was written. */
async function createKey(
  place: PrivateKeyFolder,
  path: string,
  key: PrivateJwk,
  passphrase: string,
): Promise<boolean> {
  await requireOutside(place)
  const sealed = await sealPrivateKey(key, passphrase)
  try {
    await mkdir(place.folder, { recursive: true, mode: 0o700 })
    await chmod(place.folder, 0o700)
    return await createText(path, `${sealed}\n`, 0o600)
  } catch (cause) {
    throw new PolicyError(
      'file_unreadable',
      `the key cannot be written to ${path}: ${(cause as Error).message}`,
      { cause },
    )
  }
}

async function readKey(path: string, passphrase: string): Promise<PrivateJwk> {
  await requirePrivate(path)
  return openPrivateKey(((await readText(path)) ?? '').trim(), passphrase)
}

async function requireOutside({ folder, workingTree }: PrivateKeyFolder): Promise<void> {
  if (workingTree === undefined || !(await liesWithin(workingTree, folder))) return
  throw new PolicyError(
    'key_exposed',
    `private keys may not lie in ${folder}, inside the working tree ${workingTree}`,
    {
      remedy: 'use the configuration folder of your user, outside every repository',
    },
  )
}

async function requirePrivate(path: string): Promise<void> {
  const found = await lstat(path).catch((cause: unknown) => {
    throw new PolicyError('key_missing', `there is no private key ${path}`, { cause, place: { file: path } })
  })
  if (!found.isFile())
    throw new PolicyError('key_exposed', `${path} is not a plain file`, { place: { file: path } })
  // Windows has no such bits; there the folder of the user is what protects
  if (process.platform === 'win32' || (found.mode & 0o077) === 0) return
  throw new PolicyError('key_exposed', `the private key ${path} can be read by others`, {
    place: { file: path },
    remedy: `chmod 600 '${path}', and make a new key if somebody may have read it`,
  })
}
