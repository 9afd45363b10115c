import { access, constants, lstat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { PolicyError, type PolicyErrorCode } from '@policy/core'
import type { Workspace } from './open-workspace.ts'

/**
 * Throw unless an answer could be recorded and written down, before a person is asked for anything.
 *
 * @throws `audit_failed` when the log cannot be written, `file_unreadable` when the escalation cannot.
 */
export async function requireWritable({ paths }: Workspace): Promise<void> {
  await requireFile(paths.auditLog, 'audit_failed')
  await requireFile(paths.escalation, 'file_unreadable')
}

async function requireFile(file: string, code: PolicyErrorCode): Promise<void> {
  try {
    const found = await lstat(file).catch(() => undefined)
    if (found !== undefined && !found.isFile()) throw new Error('it is not a plain file')
    await access(found ? file : dirname(file), constants.W_OK)
  } catch (cause) {
    throw new PolicyError(code, `${file} cannot be written: ${(cause as Error).message}`, {
      cause,
      place: { file },
      remedy: 'See that this user may write it; nothing was asked or recorded.',
    })
  }
}
