import { fold, PolicyError, type PolicyErrorCode } from '@policy/core'
import type { GitHistory } from './git-history.ts'

/** A file in a commit's tree. */
export type FileInTree =
  | { type: 'missing' }
  | { type: 'refused'; code: PolicyErrorCode; reason: string }
  | { type: 'file'; id: string; text: string }

/**
 * Read a plain file from a commit by object id: no symlink, no executable, no submodule, no other file whose name a person may read as
 * the same (by case, spacing, accents, characters that are not shown, letters of other scripts), in no folder on the way.
 */
export async function readFile(history: GitHistory, commit: string, path: string): Promise<FileInTree> {
  const steps = path.split('/')
  for (const [depth, step] of steps.entries()) {
    const last = depth === steps.length - 1
    const entries = await history.entries(commit, steps.slice(0, depth).join('/'))
    const twin = entries.find(({ name }) => name !== step && fold(name) === fold(step))
    const found = entries.find(({ name }) => name === step)
    if (twin) {
      const reason = `${JSON.stringify(twin.name)} can be read as ${JSON.stringify(step)}: they differ in case, spacing, accents, characters that are not shown, or letters of another script`
      return { type: 'refused', code: 'escalation_ambiguous', reason }
    }
    if (!found) return { type: 'missing' }
    if (found.mode !== (last ? '100644' : '040000')) {
      return {
        type: 'refused',
        code: 'escalation_file_type',
        reason: `${path} has the mode ${found.mode}, not that of a plain file`,
      }
    }
    if (last) return { type: 'file', id: found.id, text: textOf(await history.blob(found.id), path) }
  }
  return { type: 'missing' }
}

function textOf(bytes: Uint8Array, path: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch (cause) {
    throw new PolicyError('file_unreadable', `${path} is not UTF-8`, { cause, place: { file: path } })
  }
}
