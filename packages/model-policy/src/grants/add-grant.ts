import { resolve } from 'node:path'
import { PolicyError, type VerifiedGrant } from '@policy/core'
import { readText, saveGrant } from '@policy/local'
import type { Host } from '../command-line/host.ts'
import { openWorkspace } from '../workspace/open-workspace.ts'
import { verifyHere } from './standing.ts'

/**
 * Verify a grant from a file or standard input (`-`), and keep it in this user's state for the repository.
 *
 * @throws what `verifyGrant` throws; `file_unreadable`.
 */
export async function addGrant(host: Host, file: string): Promise<VerifiedGrant> {
  const workspace = await openWorkspace(host)
  const text = file === '-' ? await host.readInput() : await readText(resolve(host.cwd, file))
  if (text === undefined)
    throw new PolicyError('file_unreadable', `there is no file ${file}`, { place: { file } })
  const token = text.trim()
  const grant = await verifyHere(workspace, token, host.clock)
  await saveGrant(workspace.paths.grants, grant.jti, token)
  return grant
}
