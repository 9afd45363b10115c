import { countOf } from '@policy/core'
import type { FileHandle } from 'node:fs/promises'
import type { Checkpoint } from '../note/checkpoint.ts'
import { rootOfLeaves } from './leaf-store.ts'
import type { LogFault } from './log-fault.ts'
import type { LogReading } from './read-log.ts'

/** Everything that is wrong with a log, given what was read of it and its genuine checkpoint. */
export async function judge(
  reading: LogReading,
  leaves: FileHandle | undefined,
  sealed: Checkpoint,
): Promise<LogFault[]> {
  const faults = await judgeAgainst(sealed, reading, leaves)
  if (reading.lines === 0 || reading.opens?.origin === sealed.origin) return faults
  return [
    { code: 'log_altered', line: 1, message: `Line 1 does not open the log ${sealed.origin}.` },
    ...faults,
  ]
}

/** Whether a log holds what a genuine earlier checkpoint covered. A line altered after sealing spoils both roots; said once it is enough. */
export async function judgeEarlier(
  reading: LogReading,
  sealed: Checkpoint | undefined,
  earlier: Checkpoint,
  faulty: boolean,
): Promise<LogFault[]> {
  const faults = await faultsBefore(reading, sealed, earlier, faulty)
  if (reading.opens?.previous === undefined) return faults
  const elsewhere =
    'If the earlier checkpoint is of the log before this one, give that log as well (`previous`, `--previous`).'
  return faults.map((fault) => ({ ...fault, message: `${fault.message} ${elsewhere}` }))
}

async function faultsBefore(
  reading: LogReading,
  sealed: Checkpoint | undefined,
  earlier: Checkpoint,
  faulty: boolean,
): Promise<LogFault[]> {
  if (sealed && sealed.size < earlier.size) {
    const message = `The checkpoint covers ${countOf(sealed.size, 'line')}; an earlier one covered ${earlier.size}: log or checkpoint was put back.`
    return [{ code: 'log_rolled_back', message }]
  }
  return faulty ? [] : judgeAgainst(earlier, reading, undefined)
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
  if (differs === 1 && reading.opens?.origin === sealed.origin) {
    const message =
      'Line 1 opens another log than the one that was sealed: that one was moved away without its seal, or replaced.'
    return [{ code: 'log_altered', line: 1, message }]
  }
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
