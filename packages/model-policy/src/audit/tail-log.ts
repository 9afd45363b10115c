import { stat } from 'node:fs/promises'
import { setTimeout } from 'node:timers/promises'
import { parseLine, readLines } from '@policy/audit'
import { type AuditEvent, PolicyError } from '@policy/core'
import type { Host } from '../command-line/host.ts'

export interface TailLogOptions {
  path: string
  /** How many lines to begin with. */
  lines: string
  follow: boolean
  /** Print lines as they are. */
  json: boolean
}

const longestLine = 65_536
const pause = 300

/**
 * Print the newest lines of a log and, if asked, what is appended later.
 *
 * @throws `usage`, `log_missing`.
 */
export async function tailLog(host: Host, { path, lines, follow, json }: TailLogOptions): Promise<void> {
  if (!/^\d{1,6}$/.test(lines))
    throw new PolicyError('usage', `${JSON.stringify(lines)} is no count`, { remedy: 'give --lines' })
  const count = Number(lines)
  const size = await sizeOf(path)
  const start = Math.max(0, size - count * longestLine)
  const newest: string[] = []
  let end = start
  for await (const line of readLines(path, start)) {
    newest.push(line.text)
    if (newest.length > count) newest.shift()
    end = line.end
  }
  const show = (text: string) => host.out(json ? `${text}\n` : lineText(text))
  newest.forEach(show)
  if (!follow) return
  for (;;) {
    await setTimeout(pause)
    // Shorter than what was read: rotated, so the new log is read from its start.
    if ((await sizeOf(path)) < end) end = 0
    for await (const line of readLines(path, end)) {
      show(line.text)
      end = line.end
    }
  }
}

const sizeOf = async (path: string) => (await stat(path).catch(() => undefined))?.size ?? 0

function lineText(line: string): string {
  const parsed = parseLine(line)
  if (parsed.type === 'blank') return ''
  return parsed.type === 'entry' ? eventText(parsed.event) : `(torn) ${line.slice(0, 80)}\n`
}

const told = [
  'gen_ai.agent.id',
  'model_policy.persona',
  'model_policy.task',
  'gen_ai.request.model',
  'gen_ai.tool.name',
  'model_policy.outcome',
  'model_policy.code',
  'model_policy.approval.by',
  'model_policy.reason',
]

function eventText({ time, type, data }: AuditEvent): string {
  const facts = data as unknown as Record<string, unknown>
  const words = told.flatMap((key) => (facts[key] === undefined ? [] : [String(facts[key])]))
  return `${time} ${type.slice('dev.modelpolicy.'.length, -'.v1'.length).padEnd(20)} ${words.join('  ')}\n`
}
