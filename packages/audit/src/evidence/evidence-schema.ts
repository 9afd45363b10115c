import { z } from 'zod'
import type { ConsistencyProof, EntryProof, Evidence } from './evidence.ts'

const hashes = z.array(z.base64())

const provenLine = z.strictObject({
  index: z.number().int().nonnegative(),
  line: z.string(),
  proof: hashes,
})

const entryProof = provenLine.extend({ checkpoint: z.string() }) satisfies z.ZodType<EntryProof>

const evidence = z.strictObject({
  evidence: z.literal(1),
  escalation: z.string(),
  checkpoint: z.string(),
  entries: z.array(provenLine),
}) satisfies z.ZodType<Evidence>

/** What `verifyEvidence` reads: an evidence file or the proof of one entry. */
export const evidenceSchema = z.union([evidence, entryProof])

/** What `verifyConsistency` reads. */
export const consistencySchema = z.strictObject({
  earlier: z.string(),
  checkpoint: z.string(),
  proof: hashes,
}) satisfies z.ZodType<ConsistencyProof>
