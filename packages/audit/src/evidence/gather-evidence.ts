import type { Digest } from '@policy/core'
import { parseLine } from '../entry/parse-entry.ts'
import type { Evidence, ProvenLine } from './evidence.ts'
import { proveLine, sealedLines } from './prove-entry.ts'
import { withSealedTree } from './sealed-tree.ts'

/** Which log evidence is gathered from, and for which escalation. */
export interface GatherEvidenceOptions {
  path: string
  /** Digest of the escalation whose entries are wanted. */
  escalation: Digest
}

/**
 * Gather every sealed entry of one escalation: its request, its answer, the calls and tools under its grant, and their ends.
 *
 * @throws {PolicyError} `log_missing` when log or seal is not there, `log_altered` when a line is not the one that was sealed
 */
export async function gatherEvidence({ path, escalation }: GatherEvidenceOptions): Promise<Evidence> {
  return withSealedTree(path, async (tree) => {
    const belongs = membership(escalation)
    const entries: ProvenLine[] = []
    for await (const { index, text } of sealedLines(path, tree.checkpoint.size)) {
      if (belongs(text)) entries.push(await proveLine(path, tree, index, text))
    }
    return { evidence: 1, escalation, checkpoint: tree.note, entries }
  })
}

/** Whether a line is of an escalation. The end of a call names only its call, so what was seen to belong is kept. */
function membership(escalation: Digest): (line: string) => boolean {
  const calls = new Set<unknown>()
  const grants = new Set<unknown>()
  return (line) => {
    const parsed = parseLine(line)
    if (parsed.type !== 'entry') return false
    const data = parsed.event.data as unknown as Record<string, unknown>
    const call = data['model_policy.call_id']
    const grant = data['model_policy.grant.jti']
    const named = data['model_policy.escalation'] === escalation
    if (!named && !calls.has(call) && !grants.has(grant)) return false
    if (call !== undefined) calls.add(call)
    if (grant !== undefined) grants.add(grant)
    return true
  }
}
