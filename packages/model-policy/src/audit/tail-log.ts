import { type FileHandle, stat } from 'node:fs/promises'
import { setTimeout } from 'node:timers/promises'
import { openLog, parseLine, readLines } from '@policy/audit'
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
 * Print the newest lines of a log and, if asked, what is appended later, also in the log that comes after this one was moved away.
 *
 * @throws `usage`, `log_missing` when there is none to begin with.
 */
export async function tailLog(host: Host, { path, lines, follow, json }: TailLogOptions): Promise<void> {
  if (!/^\d{1,6}$/.test(lines))
    throw new PolicyError('usage', `${JSON.stringify(lines)} is no count`, { remedy: 'give --lines' })
  const show = (text: string) => host.out(json ? `${text}\n` : lineText(text))
  const log = await openLog(path)
  try {
    const { newest, end } = await newestLines(log, Number(lines))
    newest.forEach(show)
    if (follow) await followLog(path, { log, end }, show)
  } finally {
    await log.close()
  }
}

async function newestLines(log: FileHandle, count: number): Promise<{ newest: string[]; end: number }> {
  const start = Math.max(0, (await log.stat()).size - count * longestLine)
  const newest: string[] = []
  let end = start
  for await (const line of readLines(log, start)) {
    newest.push(line.text)
    if (newest.length > count) newest.shift()
    end = line.end
  }
  return { newest, end }
}

interface Place {
  log: FileHandle
  end: number
}

/** Show what is appended from a place on, until the process is interrupted. */
async function followLog(path: string, from: Place, show: (text: string) => void): Promise<never> {
  for (let { log, end } = from; ;) {
    await setTimeout(pause)
    // Asked first: a log that was moved away is then read to its end once more, and nothing of it is missed.
    const next = await successor(path, log)
    // Shorter than what was read: emptied in place, so it begins anew.
    if ((await log.stat()).size < end) end = 0
    for await (const line of readLines(log, end)) {
      show(line.text)
      end = line.end
    }
    if (next === undefined) continue
    await log.close()
    ;[log, end] = [next, 0]
  }
}

/** The log that has taken the place of one; `undefined` while none has. */
async function successor(path: string, log: FileHandle): Promise<FileHandle | undefined> {
  const [held, there] = await Promise.all([log.stat(), stat(path).catch(() => undefined)])
  const same = there === undefined || (there.ino === held.ino && there.dev === held.dev)
  return same ? undefined : openLog(path).catch(() => undefined)
}

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
