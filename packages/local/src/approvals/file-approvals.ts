import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import {
  type Approval,
  type Approvals,
  type Digest,
  type Escalation,
  escalationDigest,
  parseEscalation,
  type ParsedEscalation,
  PolicyError,
  readGrant,
  renderEscalation,
} from '@policy/core'
import { readText } from '../files/read-text.ts'
import { withLock } from '../files/with-lock.ts'
import { createText, writeText } from '../files/write-text.ts'
import { grantFile, hadExpiredGrant, readGrants } from './grant-files.ts'

/** Where escalations and grants lie. */
export interface FileApprovalsOptions {
  /** The `escalation.md` of the working tree. */
  file: string
  /** The folder of grants in the user's state for the repository. */
  grants: string
  /**
   * Whether a grant still permits calls. One that does not is no answer any more: in the file, the same request is put before people anew; kept in
   * the folder, the same request waits for another grant.
   *
   * @default always
   */
  stillCounts?: (token: string) => Promise<boolean>
}

/**
 * Approvals by the `escalation.md` of a working tree, and by the grants that came another way and are kept in a folder.
 *
 * A file that is not in its form answers nothing, and grants nothing; `fetchGrants` tells why.
 *
 * @throws nothing itself; `request` rejects with `escalation_pending` when the file asks for something else that nobody answered.
 */
export function fileApprovals({
  file,
  grants,
  stillCounts = async () => true,
}: FileApprovalsOptions): Required<Approvals> {
  // a guard asks on every gated call, and the file seldom changes
  let last: { text: string; parsed: Promise<ParsedEscalation> } | undefined
  const read = async (): Promise<ParsedEscalation | undefined> => {
    const text = await readText(file)
    if (text === undefined) return undefined
    if (last?.text !== text) last = { text, parsed: parseEscalation(text) }
    return last.parsed
  }
  const keptFor = async (digest: Digest): Promise<Approval[]> => {
    const kept = await Promise.all((await readGrants(grants)).map(approvalOf))
    return kept.flatMap((approval) => (approval?.escalation === digest ? approval : []))
  }
  /** What the file holds; nothing while it is not in its form, for somebody may be writing it. */
  const readWhole = (): Promise<ParsedEscalation | undefined> =>
    read().catch((error: unknown) => {
      if (!PolicyError.is(error) || !error.code.startsWith('escalation_')) throw error
      return undefined
    })
  const put = async (escalation: Escalation): Promise<Digest> => {
    const text = renderEscalation(escalation)
    const existing = await read()
    if (existing === undefined) {
      // an agent of another user has another lock, and may have been first
      return (await createText(file, text, 0o644)) ? escalationDigest(text) : put(escalation)
    }
    const token = existing.approval?.decision === 'approved' ? existing.approval.token : undefined
    if (isSameRequest(existing.escalation, escalation)) {
      if (token === undefined || (await stillCounts(token))) return existing.digest
    }
    if (token !== undefined) await keep(grants, token)
    else if (!existing.approval && !supersedes(escalation, existing.escalation)) {
      // an answer that came another way is one too
      const { digest } = existing
      if (!hadExpiredGrant(grants, digest) && (await keptFor(digest)).length === 0)
        throw pending(file, existing)
    }
    await writeText(file, text, 0o644)
    return escalationDigest(text)
  }
  return {
    /** @throws `escalation_pending` when the file asks for something else that nobody answered; what `parseEscalation` throws */
    // of two agents that ask at once, the second must see what the first asks
    request: (escalation) => withLock(join(grants, 'request.lock'), () => put(escalation)),
    async find(digest) {
      const existing = await readWhole()
      if (existing?.digest === digest && existing.approval) return existing.approval
      for (const approval of await keptFor(digest)) {
        if (await stillCounts(approval.token)) return approval
      }
      return undefined
    },
    async grants() {
      const kept = await readGrants(grants)
      const existing = await readWhole()
      const token = existing?.approval?.decision === 'approved' ? existing.approval.token : undefined
      return token === undefined ? kept : [...new Set([token, ...kept])]
    },
    /** Nothing lies elsewhere; tells what is wrong with a file that cannot be read, to whoever waited for its answer or is refused. */
    async fetchGrants() {
      try {
        await read()
        return { tokens: [] }
      } catch (error) {
        if (!PolicyError.is(error)) throw error
        return { tokens: [], failure: clauseOf(error) }
      }
    },
  }
}

const clauseOf = ({ message, place }: PolicyError) =>
  place?.line === undefined ? message : `${message} (line ${place.line})`

/** Whether two escalations ask for the same, under whatever id: an agent that starts again finds its own request. */
function isSameRequest(one: Escalation, other: Escalation): boolean {
  return isDeepStrictEqual({ ...one, id: '' }, { ...other, id: '' })
}

/** Whether a request is a newer form of one that waits: the same agent, for the same thing, in the same task. */
function supersedes(newer: Escalation, older: Escalation): boolean {
  const { agent, agentKey, task, request } = older
  return isDeepStrictEqual(
    { agent, agentKey, task, request },
    { agent: newer.agent, agentKey: newer.agentKey, task: newer.task, request: newer.request },
  )
}

/** The approval that a grant is, when it came without a block in the file. */
async function approvalOf(token: string): Promise<Approval | undefined> {
  const claims = await readGrant(token).catch(() => undefined)
  if (claims === undefined) return undefined
  const { sub, iat, approval } = claims
  const at = new Date(iat * 1000).toISOString()
  return { decision: 'approved', by: sub, at, escalation: approval.escalation, token }
}

/** Keep the grant of a file that another request takes; nobody has verified it, so it takes the place of none that somebody has. */
async function keep(folder: string, token: string): Promise<void> {
  const claims = await readGrant(token).catch(() => undefined)
  if (claims) await createText(grantFile(folder, claims.jti), `${token}\n`, 0o600)
}

function pending(file: string, { escalation }: ParsedEscalation): PolicyError {
  return new PolicyError(
    'escalation_pending',
    `${file} asks for something else for ${escalation.task}, and nobody has answered`,
    {
      place: { file },
      remedy: `answer it with \`model-policy approve\` or \`model-policy decline\`, or remove ${file}`,
    },
  )
}
