import type { FileHandle } from 'node:fs/promises'
import { PolicyError } from '@policy/core'
import { fileFault } from '../files/file-fault.ts'
import { openLog } from '../lines/read-lines.ts'
import { openCheckpoint, signCheckpoint, type Checkpoint } from '../note/checkpoint.ts'
import { parseSigner, vkeyOf, type Signer } from '../note/key.ts'
import { emptyRoot } from '../tree/hashes.ts'
import { hashFromStart, hashOnwards, type HashedLog, type LogInput } from './hash-log.ts'
import { altered } from './log-fault.ts'
import { readText, replaceFile, sealFiles } from './seal-files.ts'
import { withSealerLock } from './sealer-lock.ts'
import { refuseAnother } from './refuse-another.ts'
import { readState, writeState } from './sealer-state.ts'

/** Which log is sealed, and with what. */
export interface SealLogOptions {
  /** The log; the seal is put beside it, in `<path>.checkpoint`. */
  path: string
  /** The sealer's private key, as `generateLogKey` returns it. It belongs to another user or host than the log's writers. */
  key: string
  /** The log's name: what its first line says, and what verifiers expect. */
  origin: string
  /** Called as lines are read, with bytes done and bytes in all. */
  onProgress?: (done: number, total: number) => void
}

/** A log as it is sealed now. */
export interface SealLogResult {
  /** The signed checkpoint. Keep copies elsewhere: only they show a log and checkpoint that were both put back. */
  checkpoint: string
  /** Lines under seal. */
  size: number
  /** How many of them were not under seal before. */
  added: number
  /** The public key that verifies it; verifiers are given it by another way. */
  vkey: string
}

/**
 * Seal the complete lines of a log: sign their number and the root of the RFC 6962 tree over them.
 *
 * What is sealed stays sealed as it was: a log that is shorter or differs is refused. After a crash at any point the next run goes on.
 *
 * @throws {PolicyError} `log_missing`, `log_altered`, `log_rolled_back`; `log_key` when another key sealed it; `log_busy` when another sealer works;
 *   `file_unreadable` when the system refuses to write the seal
 */
export async function sealLog(options: SealLogOptions): Promise<SealLogResult> {
  parseSigner(options.key)
  await (await openLog(options.path)).close()
  try {
    return await withSealerLock(sealFiles(options.path).lock, () => sealHeld(options))
  } catch (error) {
    throw PolicyError.is(error) ? error : fileFault('seal', options.path, error)
  }
}

/** Seal a log whose sealer's lock is held. */
export async function sealHeld(options: SealLogOptions): Promise<SealLogResult> {
  const signer = parseSigner(options.key)
  const log = await openLog(options.path)
  try {
    return await seal(log, signer, options)
  } finally {
    await log.close()
  }
}

async function seal(log: FileHandle, signer: Signer, options: SealLogOptions): Promise<SealLogResult> {
  const { path, origin, onProgress = () => {} } = options
  const files = sealFiles(path)
  const published = await readPublished(files.checkpoint, signer)
  const state = readState(await readText(files.state), signer)
  const known = [state?.checkpoint, published].filter((checkpoint) => checkpoint !== undefined)
  // After a crash the state may be ahead of what was published; a state that was put back is behind it.
  const base = known.toSorted((a, b) => b.size - a.size)[0] ?? { origin, size: 0, root: emptyRoot }
  if (known.some(({ size, root }) => size === base.size && root !== base.root)) {
    throw altered(path, 'the checkpoint beside it is of another log of the same length')
  }
  if (base.origin !== origin) throw altered(path, `its checkpoint is of ${base.origin}, not of ${origin}`)

  if (base.size > 0) await refuseAnother(log, { path, leaves: files.leaves, origin })

  const input: LogInput = { log, path, leaves: files.leaves, total: (await log.stat()).size, onProgress }
  const onwards = state?.checkpoint.size === base.size ? await hashOnwards(input, state) : undefined
  const hashed: HashedLog = onwards ?? (await hashFromStart(input, base))

  // Sealing bytes that a power cut may still take back would later read as tampering.
  await log.datasync()
  const checkpoint = { origin, size: hashed.range.size, root: hashed.root }
  const note = signCheckpoint(checkpoint, signer)
  // The state first: when a crash comes before the checkpoint is published, the next run publishes this one or a longer one.
  await replaceFile(files.state, writeState({ note, bytes: hashed.bytes, range: hashed.range }))
  await replaceFile(files.checkpoint, note)
  return { checkpoint: note, size: checkpoint.size, added: checkpoint.size - base.size, vkey: vkeyOf(signer) }
}

async function readPublished(path: string, signer: Signer): Promise<Checkpoint | undefined> {
  const note = await readText(path)
  if (note === undefined) return undefined
  const opened = openCheckpoint(note, [signer])
  if (opened.type === 'opened') return opened.checkpoint
  throw new PolicyError('log_key', `${path} is not a checkpoint by ${signer.name}: ${opened.reason}.`, {
    remedy: 'Seal with the key that sealed the log before; if the file was damaged, put a copy of it back.',
    place: { file: path },
  })
}
