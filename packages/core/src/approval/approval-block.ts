import { PolicyError } from '../errors/policy-error.ts'
import { approvalHeading, escalationDigest, splitEscalation } from '../escalation/escalation-digest.ts'
import { visibleJson } from '../escalation/hidden-characters.ts'
import { isDigest, type Digest } from '../hash/digest.ts'
import { parseNote } from './approval-note.ts'
import type { Approval } from './approval.ts'

const identity = /^[a-z]+:[A-Za-z0-9][A-Za-z0-9._@/-]*$/

/** The answer as the end of `escalation.md`: a heading and one `json` block, in which a reader sees every character of a person's reason. */
function renderApproval(approval: Approval): string {
  const { decision, by, at, escalation, token, reason } = approval
  const members =
    decision === 'approved'
      ? { decision, by, at, escalation, grant: token }
      : { decision, by, at, escalation, reason, decline: token }
  return `${approvalHeading}\n\n\`\`\`json\n${visibleJson(JSON.stringify(members, null, 2))}\n\`\`\`\n`
}

/**
 * The text of an `escalation.md` with an answer at its end, in place of a note that approved it.
 *
 * Throws `escalation_answered` when it has an answer already or a note declines it, `escalation_altered` when the answer is to another text.
 */
export function appendApproval(text: string, approval: Approval): string {
  const { request, answer } = splitEscalation(text)
  if (answer !== undefined && parseNote(answer)?.decision !== 'approved')
    throw new PolicyError('escalation_answered', 'this escalation has an answer already')
  requireDigest(approval.escalation, escalationDigest(text))
  return `${request}\n${renderApproval(approval)}`
}

/**
 * Read the answer from the approval heading on; `firstLine` is the heading's line in the file.
 *
 * The block has one spelling, the one it is written in: nothing stands twice, nothing stands beside it.
 * Throws `escalation_malformed` or `escalation_altered`, with the line.
 */
export function parseApproval(answer: string, digest: Digest, firstLine: number): Approval {
  const malformed = (why: string, line = firstLine) =>
    new PolicyError('escalation_malformed', `the approval of the escalation is not in its form: ${why}`, {
      place: { line },
    })
  const headings = answer.split('\n').map((line, index) => (line.trim() === approvalHeading ? index : -1))
  const second = headings.find((index) => index > 0)
  if (second !== undefined) throw malformed('there is a second approval', firstLine + second)
  const [, json] = /^## Approval\n\n```json\n(\{\n[^]*?\n\})\n```\n*$/.exec(answer) ?? []
  if (json === undefined) throw malformed('after the heading stands one block of json, and nothing else')
  const approval = readApproval(json)
  if (approval === undefined || renderApproval(approval) !== `${answer.replace(/\n+$/, '')}\n`) {
    throw malformed(
      'the block has other members, values or spelling than `model-policy approve` writes',
      firstLine + 3,
    )
  }
  requireDigest(approval.escalation, digest, firstLine + 3)
  return approval
}

function readApproval(json: string): Approval | undefined {
  let members: unknown
  try {
    members = JSON.parse(json)
  } catch {
    return undefined
  }
  const { decision, by, at, escalation, grant, decline, reason } = members as Record<string, unknown>
  const token = decision === 'approved' ? grant : decline
  if (decision !== 'approved' && decision !== 'declined') return undefined
  if (typeof by !== 'string' || !identity.test(by)) return undefined
  if (typeof at !== 'string' || !/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{3})?Z$/.test(at)) return undefined
  if (!isDigest(escalation) || typeof token !== 'string') return undefined
  if (decision === 'approved') return { decision, by, at, escalation, token }
  return typeof reason === 'string' ? { decision, by, at, escalation, token, reason } : undefined
}

function requireDigest(answered: Digest, digest: Digest, line?: number): void {
  if (answered === digest) return
  throw new PolicyError(
    'escalation_altered',
    `the approval is of ${answered}; the escalation is now ${digest}`,
    {
      remedy: 'ask again: the escalation was changed after it was answered',
      ...(line === undefined ? {} : { place: { line } }),
    },
  )
}
