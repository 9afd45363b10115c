import { execFile } from 'node:child_process'
import { lstat } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { listPrivateKeys, userFolders } from '@policy/local'
import type { Host } from '../command-line/host.ts'
import type { Workspace } from '../workspace/open-workspace.ts'
import type { Diagnosis } from './diagnosis.ts'

const execute = promisify(execFile)

// The private member of an Ed25519 JWK: 32 bytes as base64url.
const privateMember = '"d"[[:space:]]*:[[:space:]]*"[A-Za-z0-9_-]{43}"'

/** Public keys that can sign something, private keys where only their owner reads them, and none in the repository. */
export async function examineKeys(
  host: Host,
  top: string,
  workspace: Workspace | undefined,
): Promise<Diagnosis[]> {
  const about = 'keys'
  const found: Diagnosis[] = []
  if (workspace) {
    const roles = ['signer', 'approver', 'minter', 'measurer'] as const
    const counts = roles.map(
      (role) => `${workspace.keyRecords.filter((key) => key.role === role).length} ${role}`,
    )
    const may = workspace.keyRecords.some(({ role }) => role === 'approver' || role === 'minter')
    const saw = `public keys: ${counts.join(', ')}`
    const fix = 'add an approver or a minter: model-policy keys'
    found.push(may ? { level: 'ok', about, saw } : { level: 'warning', about, saw, fix })
  }
  const folder = join(userFolders(host.env).config, 'keys')
  for (const kid of await listPrivateKeys({ folder })) {
    const { mode } = await lstat(join(folder, `${kid}.key`))
    if (process.platform === 'win32' || (mode & 0o077) === 0) continue
    const saw = `others can read the private key ${kid}`
    found.push({
      level: 'error',
      about,
      saw,
      fix: `chmod 600 '${join(folder, `${kid}.key`)}', and make a new key`,
    })
  }
  for (const path of await filesWithPrivateKeys(host, top)) {
    const fix = 'take it out of the repository and of its history, and make a new key'
    found.push({ level: 'error', about, saw: `${path} holds a private key`, fix })
  }
  return found
}

/** Files of the working tree, tracked or not, that hold a private key in the clear. */
async function filesWithPrivateKeys(host: Host, top: string): Promise<string[]> {
  const argv = ['grep', '-z', '-l', '-I', '-E', '--untracked', '--no-color', '-e', privateMember]
  try {
    const { stdout } = await execute('git', argv, {
      cwd: top,
      env: { PATH: host.env['PATH'], GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1' },
    })
    return stdout.split('\0').filter(Boolean)
  } catch (error) {
    // git grep exits with 1 where nothing matches
    if ((error as { code?: unknown }).code === 1) return []
    throw error
  }
}
