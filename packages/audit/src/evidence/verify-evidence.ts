import { countOf, type AuditEvent } from '@policy/core'
import { parseLine } from '../entry/parse-entry.ts'
import { openCheckpoint } from '../note/checkpoint.ts'
import { parseVerifier } from '../note/key.ts'
import type { LogFault } from '../seal/log-fault.ts'
import { hasGrown, isIncluded } from '../tree/check-proof.ts'
import { hashFromBase64, leafHash } from '../tree/hashes.ts'

/** What evidence is verified against. */
export interface VerifyEvidenceOptions {
  /** The log's public key, had by another way than the evidence. */
  vkey: string
  /** The name the log must have. @default the name of the key */
  origin?: string
}

/** What evidence shows. */
export type EvidenceReport =
  | { type: 'verified'; origin: string; size: number; events: readonly AuditEvent[] }
  | { type: 'failed'; faults: readonly LogFault[] }

/**
 * Check evidence, or the proof of one entry, from anyone, as parsed from JSON, without the log: each line is under the checkpoint, and the log's key signed that.
 *
 * That no entry was left out it cannot show: that takes the log.
 *
 * @throws {PolicyError} `log_key` when `vkey` is not a key
 */
export async function verifyEvidence(
  input: unknown,
  options: VerifyEvidenceOptions,
): Promise<EvidenceReport> {
  const { evidenceSchema } = await import('./evidence-schema.ts')
  const { data: evidence } = evidenceSchema.safeParse(input)
  if (!evidence) return malformed('evidence or the proof of an entry')
  const opened = openTrusted(evidence.checkpoint, options)
  if ('code' in opened) return { type: 'failed', faults: [opened] }
  const { size, root, origin } = opened
  const events: AuditEvent[] = []
  const faults: LogFault[] = []
  for (const { index, line, proof } of 'entries' in evidence ? evidence.entries : [evidence]) {
    const leaf = leafHash(Buffer.from(line))
    const parsed = parseLine(line)
    if (!isIncluded({ leaf, index, size, root, proof: proof.map(hashFromBase64) })) {
      faults.push({
        code: 'log_altered',
        line: index + 1,
        message: `Line ${index + 1} is not under the checkpoint.`,
      })
    } else if (parsed.type === 'entry') events.push(parsed.event)
  }
  return faults.length === 0 ? { type: 'verified', origin, size, events } : { type: 'failed', faults }
}

/**
 * Check a proof from anyone, as parsed from JSON, that one checkpoint's log has grown into another's.
 *
 * @throws {PolicyError} `log_key` when `vkey` is not a key
 */
export async function verifyConsistency(
  input: unknown,
  options: VerifyEvidenceOptions,
): Promise<EvidenceReport> {
  const { consistencySchema } = await import('./evidence-schema.ts')
  const { data: proof } = consistencySchema.safeParse(input)
  if (!proof) return malformed('a consistency proof')
  const older = openTrusted(proof.earlier, options)
  const newer = openTrusted(proof.checkpoint, options)
  const faults = [older, newer].filter((opened) => 'code' in opened)
  if ('code' in older || 'code' in newer) return { type: 'failed', faults }
  if (hasGrown({ older, newer, proof: proof.proof.map(hashFromBase64) })) {
    return { type: 'verified', origin: newer.origin, size: newer.size, events: [] }
  }
  const message = `The log of ${countOf(newer.size, 'line')} is not the log of ${countOf(older.size, 'line')} grown on.`
  return { type: 'failed', faults: [{ code: 'log_rolled_back', message }] }
}

function malformed(what: string): EvidenceReport {
  return { type: 'failed', faults: [{ code: 'evidence_malformed', message: `This is not ${what}.` }] }
}

const fault = (reason: string): LogFault => ({
  code: 'log_key',
  message: `The checkpoint is not by the log key: ${reason}.`,
})

function openTrusted(note: string, { vkey, origin }: VerifyEvidenceOptions) {
  const verifier = parseVerifier(vkey)
  const opened = openCheckpoint(note, [verifier])
  const expected = origin ?? verifier.name
  if (opened.type === 'refused') return fault(opened.reason)
  const { checkpoint } = opened
  return checkpoint.origin === expected
    ? checkpoint
    : fault(`it is of ${checkpoint.origin}, not of ${expected}`)
}
