import { join, resolve } from 'node:path'
import { type Evidence, gatherEvidence, parseLine, readLines } from '@policy/audit'
import { type Digest, isDigest, parseEscalation, PolicyError } from '@policy/core'
import { readText, writeText } from '@policy/local'
import type { Host } from '../command-line/host.ts'
import { findLog, type FoundLog } from './find-log.ts'

/**
 * Write the evidence of one escalation to the file that a pull request carries.
 *
 * @throws `log_missing` when log, seal or entries are not there, `escalation_missing`, `log_altered`, `file_unreadable`.
 */
export async function writeEvidence(
  host: Host,
  named: string | undefined,
  options: { log?: string; out?: string },
): Promise<{ file: string; evidence: Evidence }> {
  const log = await findLog(host, options)
  const { id, digest } = await escalationOf(host, log, named)
  const evidence = await gatherEvidence({ path: log.path, escalation: digest })
  if (evidence.entries.length === 0) {
    throw new PolicyError('log_missing', `no sealed entry of ${log.path} is of ${digest}`, {
      remedy: 'seal the log first: model-policy audit seal',
    })
  }
  const top = log.repository?.top ?? host.cwd
  const file =
    options.out === undefined
      ? join(top, '.model-policy', 'evidence', `${id}.json`)
      : resolve(host.cwd, options.out)
  await writeText(file, `${JSON.stringify(evidence, null, 2)}\n`, 0o644)
  return { file, evidence }
}

interface Named {
  id: string
  digest: Digest
}

/** An escalation by its digest, by its id as the log has it, or the one in escalation.md. */
async function escalationOf(host: Host, log: FoundLog, named: string | undefined): Promise<Named> {
  if (named === undefined) return escalationAtHand(host, log)
  for await (const { text } of readLines(log.path)) {
    if (!text.includes(named)) continue
    const parsed = parseLine(text)
    if (parsed.type !== 'entry' || !('model_policy.escalation' in parsed.event.data)) continue
    const data: { 'model_policy.escalation'?: Digest; 'model_policy.escalation_id'?: string } =
      parsed.event.data
    const { 'model_policy.escalation': digest, 'model_policy.escalation_id': id } = data
    if (digest !== undefined && (id === named || digest === named))
      return { id: id ?? fileName(digest), digest }
  }
  if (isDigest(named)) return { id: fileName(named), digest: named }
  throw new PolicyError('escalation_missing', `${log.path} has no escalation ${named}`, {
    remedy: 'give its digest, as approvals and entries name it',
  })
}

async function escalationAtHand(host: Host, log: FoundLog): Promise<Named> {
  const file = join(log.repository?.top ?? host.cwd, 'escalation.md')
  const text = await readText(file)
  if (text === undefined) {
    throw new PolicyError('escalation_missing', `there is no ${file}`, {
      remedy: 'say which escalation: its id or its digest',
    })
  }
  const { escalation, digest } = await parseEscalation(text)
  return { id: escalation.id, digest }
}

const fileName = (digest: Digest) => digest.replace(':', '-')
