import type { Approval } from '../approval/approval.ts'
import { type ApprovalNote, parseNote } from '../approval/approval-note.ts'
import { parseApproval } from '../approval/approval-block.ts'
import { PolicyError } from '../errors/policy-error.ts'
import type { Digest } from '../hash/digest.ts'
import { escalationDigest, splitEscalation } from './escalation-digest.ts'
import type { Escalation } from './escalation.ts'
import { codePointOf, hiddenCharacters } from './hidden-characters.ts'
import { renderProse } from './prose.ts'
import { readFrontMatter } from './read-front-matter.ts'

/** Longest `escalation.md` that is read, in UTF-8 bytes. */
const maxBytes = 65_536

/** An `escalation.md` as read. The answer is a claim until its token is verified and `judgeApproval` takes it. */
export interface ParsedEscalation {
  escalation: Escalation
  /** What an answer must be to. */
  digest: Digest
  approval?: Approval
  /** What somebody wrote there by hand instead of a signed answer. */
  note?: ApprovalNote
}

/**
 * Read an `escalation.md`: strict front matter, the prose that it renders to, at most one answer or note.
 *
 * Throws `escalation_malformed` with the line when it is not in its form, `escalation_altered` when its answer is to another text.
 */
export async function parseEscalation(text: string): Promise<ParsedEscalation> {
  requireReadable(text)
  const { request, answer } = splitEscalation(text)
  const lines = request.split('\n')
  const end = lines.indexOf('---', 1)
  if (lines[0] !== '---') throw malformed('it begins with a line ---', 1)
  if (end < 0) throw malformed('its front matter is not closed by a line ---', 1)
  const escalation = await readFrontMatter(lines.slice(1, end).join('\n'), 2)
  requireProse(lines.slice(end + 1), escalation, end + 2)
  const digest = escalationDigest(text)
  if (answer === undefined) return { escalation, digest }
  const note = parseNote(answer)
  if (note !== undefined) return { escalation, digest, note }
  const heading = text.replaceAll('\r\n', '\n').split('\n').indexOf('## Approval') + 1
  return { escalation, digest, approval: parseApproval(answer, digest, heading) }
}

function requireReadable(text: string): void {
  const bytes = new TextEncoder().encode(text).length
  if (bytes > maxBytes) throw malformed(`it has ${bytes} bytes; ${maxBytes} is the most`, 1)
  for (const [index, line] of text.replaceAll('\r\n', '\n').split('\n').entries()) {
    const found = hiddenCharacters.exec(line)
    if (!found) continue
    const what = found[0] === '\t' ? 'a tab' : codePointOf(found[0])
    throw malformed(`it holds ${what}, which a reader would not see`, index + 1, found.index + 1)
  }
}

function requireProse(prose: readonly string[], escalation: Escalation, firstLine: number): void {
  const expected = `\n${renderProse(escalation)}`.split('\n')
  const length = Math.max(prose.length, expected.length)
  const differing = Array.from({ length }, (_, index) => index).find(
    (index) => prose[index] !== expected[index],
  )
  if (differing === undefined) return
  const wanted = expected[differing]
  throw malformed(
    `the prose says something else than the front matter${wanted === undefined ? '' : `, which renders here to: ${wanted}`}`,
    firstLine + differing,
  )
}

function malformed(why: string, line: number, column?: number): PolicyError {
  return new PolicyError('escalation_malformed', `escalation.md is not in its form: ${why}`, {
    remedy: 'write it with: model-policy escalate',
    place: { line, ...(column === undefined ? {} : { column }) },
  })
}
