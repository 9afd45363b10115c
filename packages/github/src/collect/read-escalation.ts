import { type Approval, parseEscalation, PolicyError } from '@policy/core'
import type { CommitEvidence, EscalationEvidence } from '../evidence/pull-request-evidence.ts'
import type { GitHistory } from '../git/git-history.ts'
import { readFile } from '../git/read-file.ts'

/** Where an escalation is read, and between which commits. */
export interface ReadEscalationOptions {
  history: GitHistory
  base: string
  head: string
  path: string
  /** The pull request's commits, newest first. */
  commits: readonly CommitEvidence[]
}

/** The escalation of a head, with the answer in its block when it has one. */
export async function readEscalation(
  options: ReadEscalationOptions,
): Promise<{ escalation: EscalationEvidence; approval?: Approval }> {
  const { history, base, head, path } = options
  const file = await readFile(history, head, path)
  if (file.type !== 'file') return { escalation: file }
  try {
    const { escalation, digest, approval, note } = await parseEscalation(file.text)
    const ends = await Promise.all([head, base].map((end) => isReached(history, escalation.base, end)))
    const written = note && (await writerOf(options, file.id))
    return {
      escalation: {
        type: 'read',
        escalation,
        digest,
        onBase: await isUsed(options, escalation.id, digest),
        reachesBase: ends.every(Boolean),
        ...(note === undefined ? {} : { note: { ...note, commit: written } }),
      },
      ...(approval === undefined ? {} : { approval }),
    }
  } catch (error) {
    if (!PolicyError.is(error) || !error.code.startsWith('escalation_')) throw error
    const line = error.place?.line === undefined ? '' : ` (line ${error.place.line})`
    return { escalation: { type: 'refused', code: error.code, reason: `${error.message}${line}` } }
  }
}

/**
 * Whether the base branch has the escalation already: the same request, however its file is spelt, or the evidence of its calls, which
 * stays when the file has gone.
 */
async function isUsed(
  { history, base, path }: ReadEscalationOptions,
  id: string,
  digest: string,
): Promise<boolean> {
  const [before, evidence] = await Promise.all([
    readFile(history, base, path),
    readFile(history, base, `.model-policy/evidence/${id}.json`),
  ])
  if (evidence.type !== 'missing') return true
  if (before.type !== 'file') return false
  try {
    const merged = await parseEscalation(before.text)
    return merged.escalation.id === id || merged.digest === digest
  } catch (error) {
    // What is no escalation was never approved as one.
    if (PolicyError.is(error) && error.code.startsWith('escalation_')) return false
    throw error
  }
}

/**
 * The newest commit that touched the file, when it wrote the very text that the head has: a merge that takes one side whole touches
 * nothing, and which of two sides is newer is what their authors say.
 */
async function writerOf(
  { history, path, commits }: ReadEscalationOptions,
  blob: string,
): Promise<CommitEvidence | undefined> {
  const newest = commits.find(({ paths }) => paths.includes(path))
  const wrote = newest && (await readFile(history, newest.id, path))
  return wrote?.type === 'file' && wrote.id === blob ? newest : undefined
}

/** Whether an end of a branch builds on a commit; on one that this clone does not know, it does not. */
async function isReached(history: GitHistory, base: string, end: string): Promise<boolean> {
  try {
    return base === end || (await history.isAncestor(base, end))
  } catch {
    return false
  }
}
