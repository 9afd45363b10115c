import { lstat, writeFile } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { generateLogKey, logKeyOf } from '@policy/audit'
import { PolicyError, thumbprint } from '@policy/core'
import { loadPrivateKey, type PrivateKeyFolder, readText, userFolders } from '@policy/local'
import { askPassphrase } from '../command-line/ask.ts'
import type { Host } from '../command-line/host.ts'
import type { FoundLog } from './find-log.ts'

/**
 * The sealer's private key, as a note key under the log's name: from a file that holds one as text or a private key of ours under a
 * passphrase; without a file, the key of this user that the trust root names.
 *
 * @throws `key_missing`, `key_exposed` when others could read it, `key_locked`.
 */
export async function sealerKey(
  host: Host,
  log: FoundLog,
  origin: string,
  file: string | undefined,
): Promise<string> {
  if (file === undefined)
    return privateKey(host, log, origin, join(userFolders(host.env).config, 'keys'), pinnedKid(log))
  if (file.endsWith('.key'))
    return privateKey(host, log, origin, resolve(host.cwd, dirname(file)), basename(file, '.key'))
  const path = resolve(host.cwd, file)
  const found = await lstat(path).catch((cause: unknown) => {
    throw new PolicyError('key_missing', `there is no key ${path}`, { cause, place: { file: path } })
  })
  if (process.platform !== 'win32' && (found.mode & 0o077) !== 0) {
    throw new PolicyError('key_exposed', `the key ${path} can be read by others`, {
      place: { file: path },
      remedy: `chmod 600 '${path}', and make a new key if somebody may have read it`,
    })
  }
  return ((await readText(path)) ?? '').trim()
}

/**
 * Make a sealer's private key as text in a new file that only this user can read.
 *
 * @throws `usage` when no file is named or it is there, `file_unreadable` when it cannot be written.
 */
export async function makeSealerKey({ cwd }: Host, origin: string, file: string | undefined): Promise<void> {
  if (file === undefined) {
    throw new PolicyError('usage', '--new-key needs a file to make', {
      remedy: 'give --key <file>, such as ~/log.skey',
    })
  }
  if (file.endsWith('.key')) {
    throw new PolicyError(
      'usage',
      `${file} would be taken for a key under a passphrase, because of its ending`,
      {
        remedy: 'name it otherwise, such as log.skey',
      },
    )
  }
  const path = resolve(cwd, file)
  try {
    await writeFile(path, `${generateLogKey(origin).skey}\n`, { flag: 'wx', mode: 0o600 })
  } catch (cause) {
    throw new PolicyError(
      'file_unreadable',
      `the key cannot be written to ${path}: ${(cause as Error).message}`,
      {
        cause,
        place: { file: path },
        remedy: 'A key that is there is used without --new-key.',
      },
    )
  }
}

async function privateKey(
  host: Host,
  log: FoundLog,
  origin: string,
  folder: string,
  kid: string,
): Promise<string> {
  const place: PrivateKeyFolder = { folder, workingTree: log.repository?.top }
  const key = await loadPrivateKey(
    place,
    kid,
    await askPassphrase(host, "The passphrase of the sealer's key: "),
  )
  return logKeyOf(origin, key).skey
}

/** The thumbprint of the key that the trust root pins for the log: both name the same public key. */
function pinnedKid({ vkey }: FoundLog): string {
  const raw = Buffer.from(vkey?.split('+').slice(2).join('+') ?? '', 'base64').subarray(1)
  if (raw.length === 32) return thumbprint({ kty: 'OKP', crv: 'Ed25519', x: raw.toString('base64url') })
  throw new PolicyError('key_missing', 'nothing says which key seals the log', {
    remedy:
      'make one outside the repository: model-policy audit seal --new-key --key <file>; or give the one there is: --key <file>',
  })
}
