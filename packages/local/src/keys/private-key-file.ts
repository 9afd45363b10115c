import { chmod, lstat, mkdir, open, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { PolicyError, type PrivateJwk, thumbprint } from '@policy/core'
import { liesWithin } from '../files/lies-within.ts'
import { isMissing, readText } from '../files/read-text.ts'
import { openPrivateKey, sealPrivateKey } from './seal-private-key.ts'

/** A folder of private keys. */
export interface PrivateKeyFolder {
  /** The folder, in the user's configuration or state: one file a key, named by its id. */
  folder: string
  /** Top of the working tree at hand: keys never lie in it, for what lies there an agent reads and a commit publishes. */
  workingTree: string | undefined
}

const suffix = '.key'

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
  await requireOutside(place)
  const path = join(place.folder, thumbprint(key) + suffix)
  const sealed = await sealPrivateKey(key, passphrase)
  try {
    await mkdir(place.folder, { recursive: true, mode: 0o700 })
    await chmod(place.folder, 0o700)
    const file = await open(path, 'wx', 0o600)
    try {
      await file.writeFile(`${sealed}\n`)
      await file.sync()
    } finally {
      await file.close()
    }
  } catch (cause) {
    throw new PolicyError(
      'file_unreadable',
      `the key cannot be written to ${path}: ${(cause as Error).message}`,
      { cause },
    )
  }
  return path
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
  const path = join(place.folder, kid + suffix)
  await requireOutside(place)
  if (!/^[A-Za-z0-9_-]{43}$/.test(kid))
    throw new PolicyError('key_missing', `${JSON.stringify(kid)} is no key id`)
  await requirePrivate(path)
  const key = await openPrivateKey(((await readText(path)) ?? '').trim(), passphrase)
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
  return names.filter((name) => name.endsWith(suffix)).map((name) => name.slice(0, -suffix.length))
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
