import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { isMissing, readText } from '../files/read-text.ts'
import { writeText } from '../files/write-text.ts'

const suffix = '.jwt'

/** Keep a grant in a folder under its id, which its caller has verified; a grant minted twice is kept once. */
export async function saveGrant(folder: string, jti: string, token: string): Promise<void> {
  await writeText(join(folder, jti + suffix), `${token}\n`, 0o600)
}

/** Every token kept in a folder; none when there is no folder. Each is still to be verified. */
export async function readGrants(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch((error: unknown) => {
    if (isMissing(error)) return []
    throw error
  })
  const texts = names
    .toSorted()
    .filter((name) => name.endsWith(suffix))
    .map((name) => readText(join(folder, name)))
  return (await Promise.all(texts)).flatMap((text) => text?.trim() || [])
}
