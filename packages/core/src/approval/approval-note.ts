import { approvalHeading } from '../escalation/escalation-digest.ts'
import { type Digest, isDigest } from '../hash/digest.ts'

/**
 * An answer that somebody wrote into `escalation.md` by hand, without a signature: by itself it permits and refuses nothing. On a pull
 * request it counts by who committed it.
 */
export interface ApprovalNote {
  decision: 'approved' | 'declined'
  /** Digest that it names. */
  escalation: Digest
}

const form = new RegExp(`^${approvalHeading}\\n+(Approved|Declined): (\\S+)\\n*$`)

/** The note that the text from the approval heading on is, one line such as `Approved: sha256:…`; `undefined` when it is none. */
export function parseNote(answer: string): ApprovalNote | undefined {
  const [, word, digest] = form.exec(answer) ?? []
  if (word === undefined || !isDigest(digest)) return undefined
  return { decision: word === 'Approved' ? 'approved' : 'declined', escalation: digest }
}
