import { countOf } from '@policy/core'
import type { FileHandle } from 'node:fs/promises'
import type { Checkpoint } from '../note/checkpoint.ts'
import { rootOfLeaves } from './leaf-store.ts'
import type { LogFault } from './log-fault.ts'
import type { LogReading } from './read-log.ts'

/** Everything that is wrong with a log, given what was read of it and the genuine checkpoints. */
export async function judge(
  reading: LogReading,
  leaves: FileHandle | undefined,
  sealed: Checkpoint | undefined,
  earlier: Checkpoint | undefined,
): Promise<LogFault[]> {
  const faults: LogFault[] = []
  const origin = (sealed ?? earlier)?.origin
  if (origin !== undefined && reading.lines > 0 && reading.opens !== origin) {
    faults.push({ code: 'log_altered', line: 1, message: `Line 1 does not open the log ${origin}.` })
  }
  if (sealed) faults.push(...(await judgeAgainst(sealed, reading, leaves)))
  if (!earlier) return faults
  if (sealed && sealed.size < earlier.size) {
    const message = `The checkpoint covers ${countOf(sealed.size, 'line')}; an earlier one covered ${earlier.size}: log or checkpoint was put back.`
    return [...faults, { code: 'log_rolled_back', message }]
  }
  // A line that was altered after sealing spoils both roots; said once it is enough.
  if (faults.length > 0) return faults
  return judgeAgainst(earlier, reading, undefined)
}

async function judgeAgainst(
  sealed: Checkpoint,
  reading: LogReading,
  leaves: FileHandle | undefined,
): Promise<LogFault[]> {
  if (reading.roots.get(sealed.size) === sealed.root) return []
  const stored = leaves && (await rootOfLeaves(leaves, 0, sealed.size))
  // The stored hashes may be forged too: they count when they add up to the root that was signed.
  const genuine = stored === sealed.root
  const differs =
    genuine && reading.differs !== undefined && reading.differs <= sealed.size ? reading.differs : undefined
  if (differs !== undefined) {
    return [
      {
        code: 'log_altered',
        line: differs,
        message: `Line ${differs} is not what was sealed; the lines before it are.`,
      },
    ]
  }
  if (reading.lines < sealed.size) {
    const cut = genuine
      ? 'the lines that are there are whole'
      : 'whether the others are as sealed cannot be told'
    const message = `The log has ${countOf(reading.lines, 'line')}, and the seal covers ${sealed.size}: the end is cut off; ${cut}.`
    return [{ code: 'log_rolled_back', line: reading.lines + 1, message }]
  }
  const message = `The log's beginning, ${countOf(sealed.size, 'line')}, is not what was sealed; which one differs cannot be told without the hashes that the sealer stored.`
  return [{ code: 'log_altered', message }]
}
