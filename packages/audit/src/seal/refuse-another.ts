import type { FileHandle } from 'node:fs/promises'
import { logLines } from '../lines/log-lines.ts'
import { openLeaves, readLeaves } from './leaf-store.ts'
import { another } from './log-fault.ts'
import { openingOf } from './opening.ts'

/**
 * Tell a log that was moved away and followed by a new one from a log that was changed: the new one opens a log of that name, but not
 * with the line that was sealed first. Where the stored hashes are gone nothing is told, and the reading that follows finds the change.
 *
 * @throws {PolicyError} `log_altered`
 */
export async function refuseAnother(
  log: FileHandle,
  sealed: { path: string; leaves: string; origin: string },
): Promise<void> {
  const stored = await openLeaves(sealed.leaves)
  if (!stored) return
  try {
    const [leaf] = await readLeaves(stored, 0, 1)
    for await (const [first] of logLines(log, 0, (await log.stat()).size)) {
      const opens = openingOf(first?.bytes?.toString() ?? '')?.origin
      if (opens === sealed.origin && leaf !== undefined && first?.leaf !== leaf) throw another(sealed.path)
      return
    }
  } finally {
    await stored.close()
  }
}
