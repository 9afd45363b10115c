import { existsSync } from 'node:fs'
import { readdir, rename } from 'node:fs/promises'
import { join } from 'node:path'
import { type Digest, readGrant } from '@policy/core'
import { isMissing, readText } from '../files/read-text.ts'
import { withLock } from '../files/with-lock.ts'
import { writeText } from '../files/write-text.ts'

const suffix = '.jwt'
/** Where a grant is kept in a folder. */
export const grantFile = (folder: string, jti: string): string => join(folder, jti + suffix)

/** How long an expired grant is still shown, in milliseconds. */
const shownExpired = 24 * 60 * 60_000

/** A grant to keep, which its caller has verified. */
export interface SavedGrant {
  /** Its id; a grant minted twice is kept once. */
  jti: string
  token: string
  /** Milliseconds since 1970-01-01T00:00:00Z. */
  now: number
}

/** Keep a grant in a folder under its id. Those there that expired more than a day ago are put away: they are not read any more. */
export async function saveGrant(folder: string, { jti, token, now }: SavedGrant): Promise<void> {
  // under a lock, or a grant that is minted anew might be put away in place of the old one
  await withLock(join(folder, 'grants.lock'), async () => {
    await writeText(grantFile(folder, jti), `${token}\n`, 0o600)
    for (const name of await grantNames(folder)) await putAwayExpired(folder, name, now)
  })
}

/** Every token kept in a folder; none when there is no folder. Each is still to be verified. */
export async function readGrants(folder: string): Promise<string[]> {
  const texts = (await grantNames(folder)).map((name) => readText(join(folder, name)))
  return (await Promise.all(texts)).flatMap((text) => text?.trim() || [])
}

/** Whether an escalation was answered by a grant that has been put away since. */
export const hadExpiredGrant = (folder: string, digest: Digest): boolean =>
  existsSync(awayFile(folder, digest))

const awayFile = (folder: string, digest: Digest) => join(folder, `${digest.slice('sha256:'.length)}.expired`)

async function putAwayExpired(folder: string, name: string, now: number): Promise<void> {
  const path = join(folder, name)
  const token = ((await readText(path)) ?? '').trim()
  const claims = await readGrant(token).catch(() => undefined)
  if (claims === undefined || now <= claims.exp * 1000 + shownExpired) return
  await rename(path, awayFile(folder, claims.approval.escalation))
}

async function grantNames(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch((error: unknown) => {
    if (isMissing(error)) return []
    throw error
  })
  return names.filter((name) => name.endsWith(suffix)).toSorted()
}
