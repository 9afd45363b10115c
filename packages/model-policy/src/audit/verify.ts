import { resolve } from 'node:path'
import {
  type EvidenceReport,
  type LogReport,
  verifyConsistency,
  verifyEvidence,
  verifyLog,
} from '@policy/audit'
import { countOf, PolicyError } from '@policy/core'
import { readText } from '@policy/local'
import type { Host } from '../command-line/host.ts'
import { findLog, type FindLogOptions, requireVkey, trustedLog } from './find-log.ts'
import { progress } from './progress.ts'
import { logReportText } from './report-text.ts'

/** What to verify a log with, as the options of the command say it. */
export interface VerifyWholeLogOptions extends FindLogOptions {
  checkpoint?: string
  atLeast?: string
  previous?: string
}

/** Verify a log against its seal. */
export async function verifyWholeLog(
  host: Host,
  options: VerifyWholeLogOptions,
): Promise<{ text: string; report: LogReport }> {
  const log = await findLog(host, options)
  const report = await verifyLog({
    path: log.path,
    vkey: requireVkey(log),
    onProgress: progress(host, 'verifying'),
    ...(log.origin !== undefined && { origin: log.origin }),
    ...(options.checkpoint !== undefined && { checkpoint: await fileText(host, options.checkpoint) }),
    ...(options.previous !== undefined && { previous: resolve(host.cwd, options.previous) }),
    ...(options.atLeast !== undefined && { atLeast: await fileText(host, options.atLeast) }),
  })
  return { text: logReportText(log.path, report), report }
}

/** Verify evidence, the proof of an entry, or the proof that a log has only grown, without the log. */
export async function verifyFile(
  host: Host,
  options: FindLogOptions,
  file: string,
): Promise<{ text: string; report: EvidenceReport }> {
  const log = await trustedLog(host, options)
  const trusted = { vkey: requireVkey(log), ...(log.origin !== undefined && { origin: log.origin }) }
  const input = jsonOf(await fileText(host, file))
  const isGrowth = typeof input === 'object' && input !== null && 'earlier' in input
  const report = isGrowth ? await verifyConsistency(input, trusted) : await verifyEvidence(input, trusted)
  return { text: evidenceText(file, report), report }
}

function evidenceText(file: string, report: EvidenceReport): string {
  if (report.type === 'failed') {
    return `${file}\n${report.faults.map(({ code, message }) => `  ${message} [${code}]\n`).join('')}NOT verified.\n`
  }
  const events = report.events.map(
    ({ time, type, subject }) => `  ${time} ${type}${subject === undefined ? '' : ` ${subject}`}\n`,
  )
  return `${file}: of the log ${report.origin}, sealed at ${countOf(report.size, 'line')}\n${events.join('')}Verified: ${countOf(report.events.length, 'entry', 'entries')} as sealed.\n`
}

async function fileText(host: Host, file: string): Promise<string> {
  const path = resolve(host.cwd, file)
  const text = await readText(path)
  if (text !== undefined) return text
  throw new PolicyError('file_unreadable', `there is no file ${path}`, { place: { file: path } })
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
