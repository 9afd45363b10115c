import { readLines, summarize, type UsageReport } from '@policy/audit'
import { PolicyError } from '@policy/core'
import type { Host } from '../command-line/host.ts'
import { findLog } from './find-log.ts'

/**
 * The use of models on one day, as a log has it.
 *
 * @throws `usage` when the day is not one, `log_missing`.
 */
export async function summarizeDay(
  host: Host,
  options: { log?: string; day?: string },
): Promise<UsageReport> {
  const day = options.day ?? new Date(host.clock()).toISOString().slice(0, 10)
  const midnight = new Date(`${day}T00:00:00Z`)
  if (Number.isNaN(midnight.getTime()) || midnight.toISOString().slice(0, 10) !== day) {
    throw new PolicyError('usage', `${JSON.stringify(day)} is no day`, { remedy: 'write it as 2026-11-22' })
  }
  const { path } = await findLog(host, options)
  return summarize(textOf(path), { day })
}

async function* textOf(path: string): AsyncGenerator<string> {
  for await (const { text } of readLines(path)) yield text
}
