import { resolve } from 'node:path'
import { PolicyError, type VerifiedGrant } from '@policy/core'
import { readText, saveGrant } from '@policy/local'
import type { Host } from '../command-line/host.ts'
import { openWorkspace } from '../workspace/open-workspace.ts'
import { verifyHere } from './standing.ts'

/**
 * Verify the newest good grant in a file or standard input (`-`), and keep it in this user's state for the repository. The text may be
 * the token alone, or hold tokens as the comments of a pull request do, the newest last.
 *
 * @throws what `verifyGrant` throws; `file_unreadable`.
 */
export async function addGrant(host: Host, file: string): Promise<VerifiedGrant> {
  const workspace = await openWorkspace(host)
  const text = file === '-' ? await host.readInput() : await readText(resolve(host.cwd, file))
  if (text === undefined)
    throw new PolicyError('file_unreadable', `there is no file ${file}`, { place: { file } })
  // Everybody may write comments: what does not verify does not hide what does.
  const [newest = text.trim(), ...older] = (text.match(/eyJ[\w-]+\.[\w-]+\.[\w-]+/g) ?? []).toReversed()
  const keep = async (token: string) => {
    const grant = await verifyHere(workspace, token, host.clock)
    await saveGrant(workspace.paths.grants, { jti: grant.jti, token, now: host.clock() })
    return grant
  }
  return keep(newest).catch(async (error: unknown) => {
    for (const token of older) {
      const grant = await keep(token).catch(() => undefined)
      if (grant) return grant
    }
    throw error
  })
}
