import { link, lstat, open, rename, stat, unlink } from 'node:fs/promises'
import { dirname } from 'node:path'
import { PolicyError, type Clock } from '@policy/core'
import { fileFault } from '../files/file-fault.ts'
import { openLog, readLines } from '../lines/read-lines.ts'
import { parseCheckpoint } from '../note/checkpoint.ts'
import { altered } from './log-fault.ts'
import { continuingLine, openingOf, type PreviousLog } from './opening.ts'
import { sealFiles, syncFolder } from './seal-files.ts'
import { sealHeld, sealLog, type SealLogOptions, type SealLogResult } from './seal-log.ts'
import { withSealerLock } from './sealer-lock.ts'

/** Which log is rotated, with whose key, and what stands in for time. */
export interface RotateLogOptions extends SealLogOptions {
  /** @default Date.now */
  clock?: Clock
}

/** A log in two: what was there, and what goes on. */
export interface RotateLogResult {
  /** Where the log lies now, its seal beside it: `<path>.<when it began>`. */
  archive: string
  /** Its seal. */
  archived: SealLogResult
  /** The seal of the new log, whose first line names how long the one before was and its root. */
  begun: SealLogResult
}

/**
 * Rotate a log: seal it, move it with its seal to a name of its own, and begin a new one that goes on from it.
 *
 * Writers go on, in any process: their next line goes into the new log. Killed at any point, either the log or its successor is at
 * `path`, and the next run or the next `sealLog` goes on.
 *
 * @throws {PolicyError} what `sealLog` throws; `file_unreadable` also when its writers could not write the new log
 */
export async function rotateLog(options: RotateLogOptions): Promise<RotateLogResult> {
  const { path, origin, clock = Date.now } = options
  await (await openLog(path)).close()
  const files = sealFiles(path)
  try {
    return await withSealerLock(files.lock, async () => {
      const sealed = await sealHeld(options)
      const archive = await archiveOf(path)
      const next = `${path}.next`
      await beginNext(next, path, continuingLine(origin, treeOf(sealed), clock))
      await giveName(path, archive)
      // Its seal first, the checkpoint last: should this stop in between, what is at the path is sealed anew from its start.
      const moved = sealFiles(archive)
      for (const part of ['state', 'leaves', 'checkpoint'] as const) await rename(files[part], moved[part])
      await rename(next, path)
      await syncFolder(dirname(path))
      // Writers that looked just before the new log was there have written on in the old one; that is under seal now, too.
      const archived = await sealLog({ ...options, path: archive })
      return { archive, archived, begun: await sealHeld(options) }
    })
  } catch (error) {
    throw PolicyError.is(error) ? error : fileFault('rotate', path, error)
  }
}

function treeOf({ checkpoint }: SealLogResult): PreviousLog {
  const { size, root } = parseCheckpoint(
    checkpoint.slice(0, checkpoint.lastIndexOf('\n\n') + 1),
  ) as PreviousLog
  return { size, root }
}

/** The name a log is moved to: when it began, as its first line says, so that a run after a crash takes the same. */
async function archiveOf(path: string): Promise<string> {
  for await (const { text } of readLines(path)) {
    const began = Date.parse(openingOf(text)?.time ?? '')
    if (Number.isNaN(began)) break
    return `${path}.${new Date(began).toISOString().replaceAll(/[-:]/g, '')}`
  }
  throw altered(path, 'its first line does not say when it began')
}

/** Make the new log under another name, for the same users to write as the old one. */
async function beginNext(next: string, path: string, line: string): Promise<void> {
  const { uid, gid, mode } = await stat(path)
  await unlink(next).catch(() => {})
  const file = await open(next, 'wx', 0o600)
  try {
    await file.writeFile(`${line}\n`)
    // Only root may give a file away; its group is enough where that may write.
    await file
      .chown(uid, gid)
      .catch(() => file.chown(-1, gid))
      .catch(() => {})
    await file.chmod(mode & 0o777)
    await file.sync()
    const made = await file.stat()
    if (made.uid === uid || (made.gid === gid && (mode & 0o020) !== 0)) return
  } finally {
    await file.close()
  }
  await unlink(next)
  throw new PolicyError('file_unreadable', `Cannot rotate ${path}: its owner could not write the new log.`, {
    remedy: `Rotate as its owner or as root, or let a group of both write it: chgrp <group> ${path} && chmod 660 ${path}`,
    place: { file: path },
  })
}

/** Give a log a second name, so that there is one at the path at any time; that it has the name already is from a run that was killed. */
async function giveName(path: string, archive: string): Promise<void> {
  try {
    await link(path, archive)
  } catch (error) {
    const [log, there] = await Promise.all([stat(path), lstat(archive).catch(() => undefined)])
    if (there === undefined) throw error
    if (there.ino === log.ino && there.dev === log.dev) return
    throw new PolicyError('file_unreadable', `Cannot rotate ${path}: there is another file ${archive}.`, {
      cause: error,
      remedy: 'Move that file elsewhere, with what lies beside it.',
      place: { file: archive },
    })
  }
}
