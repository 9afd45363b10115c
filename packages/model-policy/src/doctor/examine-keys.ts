import { lstat, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { userFolders } from '@policy/local'
import type { Host } from '../command-line/host.ts'
import type { Workspace } from '../workspace/open-workspace.ts'
import type { Diagnosis } from './diagnosis.ts'
import { gitSays } from '../workspace/git-says.ts'

const about = 'keys'

// The private member of an Ed25519 JWK: 32 bytes as base64url.
const privateMember = '"d"[[:space:]]*:[[:space:]]*"[A-Za-z0-9_-]{43}"'
// A key file of ours: a compact JWE whose header begins with {"alg":"PBES2. A passphrase can be guessed for as long as history is kept.
const sealedKey = 'eyJhbGciOiJQQkVTMi[A-Za-z0-9_-]+[.][A-Za-z0-9_-]+[.][A-Za-z0-9_-]+[.]'
// The private key of a log's sealer, as C2SP signed-note and Go's sumdb/note write it.
const privateNoteKey = 'PRIVATE[+]KEY[+][^+[:space:]]+[+][0-9a-f]{8}[+][A-Za-z0-9+/]{43}'

/** Public keys that can sign something, private keys where only their owner reads them, and none in the repository. */
export async function examineKeys(
  host: Host,
  top: string,
  workspace: Workspace | undefined,
): Promise<Diagnosis[]> {
  const found: Diagnosis[] = []
  if (workspace) {
    const roles = ['signer', 'approver', 'minter', 'measurer'] as const
    const standing = workspace.keyRecords.filter(({ revokedAt }) => revokedAt === undefined)
    const counts = roles.map((role) => `${standing.filter((key) => key.role === role).length} ${role}`)
    const may = standing.some(({ role }) => role === 'approver' || role === 'minter')
    const saw = `public keys: ${counts.join(', ')}`
    const fix = 'add an approver or a minter: model-policy keys generate, then model-policy policy sign'
    found.push(may ? { level: 'ok', about, saw } : { level: 'warning', about, saw, fix })
  }
  const folders = [join(userFolders(host.env).config, 'keys'), ...(workspace ? [workspace.paths.agents] : [])]
  for (const folder of folders) found.push(...(await readableByOthers(folder)))
  for (const path of await filesWithPrivateKeys(host, top)) {
    const fix = 'take it out of the repository and of its history, and make a new key'
    found.push({ level: 'error', about, saw: `${path} holds a private key`, fix })
  }
  return found
}

async function readableByOthers(folder: string): Promise<Diagnosis[]> {
  const found: Diagnosis[] = []
  // Windows has no such bits; there the folder of the user is what protects
  if (process.platform === 'win32') return found
  for (const name of await readdir(folder).catch(() => [])) {
    const path = join(folder, name)
    const entry = await lstat(path)
    if (!entry.isFile() || (entry.mode & 0o077) === 0) continue
    const saw = `others can read the private key ${path}`
    found.push({ level: 'error', about, saw, fix: `chmod 600 '${path}', and make a new key` })
  }
  return found
}

/** Files of the working tree, tracked, untracked or ignored, that hold a private key, in the clear or under a passphrase; what package managers install is left out. */
async function filesWithPrivateKeys(host: Host, top: string): Promise<string[]> {
  const search = ['grep', '-z', '-l', '-I', '-E', '--untracked', '--no-exclude-standard', '--no-color']
  const where = ['--', '.', ':(exclude,glob)**/node_modules/**']
  const patterns = [privateMember, privateNoteKey, sealedKey].flatMap((pattern) => ['-e', pattern])
  const found = await gitSays(host, top, [...search, ...patterns, ...where])
  return found.split('\0').filter(Boolean)
}
