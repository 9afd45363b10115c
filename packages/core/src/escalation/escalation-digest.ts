import { sha256Hex } from '#sha256'
import type { Digest } from '../hash/digest.ts'

/** The line that ends the request and begins the answer. */
export const approvalHeading = '## Approval'

/** The request and the answer of an `escalation.md`: its text before the approval heading, and from it on. */
export interface EscalationParts {
  /** LF line ends, exactly one at the end. */
  request: string
  /** From the heading on, LF line ends; `undefined` where there is no heading. */
  answer: string | undefined
}

/** Split an `escalation.md` at its first approval heading. */
export function splitEscalation(text: string): EscalationParts {
  const lines = text.replaceAll('\r\n', '\n').split('\n')
  const heading = lines.indexOf(approvalHeading)
  const end = heading < 0 ? lines.length : heading
  return {
    request: `${lines.slice(0, end).join('\n').replace(/\n+$/, '')}\n`,
    answer: heading < 0 ? undefined : lines.slice(heading).join('\n'),
  }
}

/** The digest that an approval answers: SHA-256 over the UTF-8 bytes of the request, CRLF as LF, one final LF. */
export function escalationDigest(text: string): Digest {
  return `sha256:${sha256Hex(splitEscalation(text).request)}`
}
