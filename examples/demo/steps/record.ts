import { copyFileSync, readFileSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type LogReport, sealLog, summarize, verifyLog } from '@policy/audit'
import type { Workshop } from '../workshop.ts'

/** Step h: what was recorded, sealed and checked by somebody who has only the log, its checkpoint and the public key. */
export async function record({ narrator, folder, repository, sealer }: Workshop): Promise<void> {
  const path = join(repository, 'MODEL_AUDIT.log')
  const lines = readFileSync(path, 'utf8').trimEnd().split('\n')
  for (const line of lines.slice(0, 6)) narrator.quote(line)
  narrator.show('lines', lines.length)

  const day = new Date().toISOString().slice(0, 10)
  const report = await summarize(lines, { day })
  const counts = [...report.counted, ...report.recorded]
  for (const { persona, taskClass, model, calls, inputTokens, outputTokens } of counts) {
    narrator.show(
      'summary',
      `${persona} ${taskClass} ${model}: ${calls} calls, ${inputTokens} tokens in, ${outputTokens} out`,
    )
  }
  narrator.expect('three calls of the cheap model are counted', callsOf(counts, 'gpt-5-mini') === 3)
  narrator.expect('25 calls of the dear model are recorded in full', callsOf(counts, 'gpt-5.3-codex') === 25)

  const { origin, skey, vkey } = sealer
  const { checkpoint, size } = await sealLog({ path, key: skey, origin })
  narrator.quote(checkpoint)
  narrator.expect('every line is sealed', size === lines.length)
  const whole = await verifyLog({ path, vkey })
  for (const limit of whole.limits) narrator.show('limit', limit)
  narrator.expect('the log verifies', whole.type === 'verified')

  const edited = copyOf(path, join(folder, 'edited.log'))
  const bytes = readFileSync(edited)
  const place = bytes.indexOf('gpt-5.3-codex')
  bytes[place] = bytes[place]! ^ 1
  writeFileSync(edited, bytes)
  const line = bytes.subarray(0, place).toString().split('\n').length
  const change = await verifyLog({ path: edited, vkey })
  tell(narrator, 'one byte', change)
  narrator.expect(
    `one changed byte is found in line ${line}`,
    change.faults.some((fault) => fault.line === line),
  )

  const cut = copyOf(path, join(folder, 'cut.log'))
  truncateSync(cut, readFileSync(cut).lastIndexOf('\n', -2) + 1)
  const shorter = await verifyLog({ path: cut, vkey })
  tell(narrator, 'a cut tail', shorter)
  narrator.expect('a cut tail is found', shorter.type === 'failed')
}

/** A copy of the log with everything that lies beside it. */
function copyOf(path: string, copy: string): string {
  copyFileSync(path, copy)
  for (const suffix of ['.checkpoint', '.leaves']) copyFileSync(path + suffix, copy + suffix)
  return copy
}

function callsOf(counts: readonly { model: string; calls: number }[], model: string): number {
  return counts.filter((count) => count.model === model).reduce((sum, { calls }) => sum + calls, 0)
}

function tell(narrator: Workshop['narrator'], what: string, { type, faults }: LogReport): void {
  narrator.show(what, type)
  for (const { code, message } of faults) narrator.show(code, message)
}
