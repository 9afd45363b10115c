import { countOf } from '@policy/core'
import { examineLog, type ExamineLogOptions } from './examine-log.ts'
import type { LogFault } from './log-fault.ts'
import type { PreviousLog } from './opening.ts'
import type { LogReading } from './read-log.ts'

/** Examine the log before one, which must be the log that the first line of the one names. */
export async function examinePrevious(
  options: ExamineLogOptions,
  named: PreviousLog | undefined,
): Promise<{ reading: LogReading | undefined; faults: readonly LogFault[] }> {
  const { path } = options
  if (!named) {
    const message = `Line 1 names no log before this one, and ${path} was given as that.`
    return { reading: undefined, faults: [{ code: 'log_altered', line: 1, message }] }
  }
  const { reading, faults } = await examineLog({ ...options, sizes: [...options.sizes, named.size] })
  const told = faults.map(({ code, message }): LogFault => ({ code, message: `${path}: ${message}` }))
  if (!reading || reading.roots.get(named.size) === named.root) return { reading, faults: told }
  const message = `${path} is not the log that this one goes on from: line 1 names one whose first ${countOf(named.size, 'line')} are others.`
  return { reading, faults: [...told, { code: 'log_altered', message }] }
}
