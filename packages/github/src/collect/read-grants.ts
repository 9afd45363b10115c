import {
  type Approval,
  type Escalation,
  keyring,
  type Policy,
  PolicyError,
  readGrant,
  verifyApproval,
  verifyWithKey,
  type VerifyGrantOptions,
} from '@policy/core'
import type { DeclineEvidence, GrantEvidence, ReadableEscalation } from '../evidence/pull-request-evidence.ts'
import type { BaseRules } from './base-rules.ts'

/** What marks a comment as carrying a grant. */
export const grantMarker = '<!-- model-policy:grant -->'

/** Longest token, in characters; a longer one is no grant. */
const longestToken = 8192

/**
 * The tokens in comments of the form that `mint` writes, newest first: the marker at the beginning, at the end one token alone between fences.
 *
 * Everybody may write comments, so whoever wrote them does not matter: their signature is what counts. One token of each comment is looked
 * at, and every comment, so that no number of forged ones hides a true one: GitHub takes 2,500 comments on a pull request.
 */
export function tokensIn(comments: readonly { body?: string | undefined }[]): string[] {
  return comments.toReversed().flatMap(({ body = '' }) => {
    if (!body.startsWith(grantMarker)) return []
    const lines = body.split(/\r?\n/)
    const isFenced = (index: number) => lines[index - 1] === '```' && lines[index + 1] === '```'
    return lines.findLast((line, index) => isFenced(index) && isToken(line)) ?? []
  })
}

const isToken = (line: string) => line.length <= longestToken && /^[\w-]+\.[\w-]+\.[\w-]+$/.test(line)

/**
 * Verify grants for an escalation, under the base's policy and keys.
 *
 * A grant that has expired since does not permit another call, but the calls it permitted stay permitted: it is verified as of its last
 * second, while a key that is revoked now counts for nothing.
 */
export async function readGrants(
  tokens: readonly string[],
  { escalation }: ReadableEscalation,
  rules: BaseRules,
  now: number,
): Promise<GrantEvidence[]> {
  return Promise.all(
    [...new Set(tokens)].map(async (token): Promise<GrantEvidence> => {
      try {
        const { exp } = await readGrant(token)
        const options = verifyOptions(escalation, rules, Math.min(now, exp * 1000 - 1))
        const { grant, key } = await verifyWithKey(token, options)
        if (key.revokedAt !== undefined && Date.parse(key.revokedAt) <= now) {
          return {
            type: 'refused',
            code: 'grant_key_revoked',
            reason: `the key ${key.kid} was revoked at ${key.revokedAt}`,
          }
        }
        return { type: 'verified', token, grant, key }
      } catch (error) {
        if (PolicyError.is(error)) return { type: 'refused', code: error.code, reason: error.message }
        throw error
      }
    }),
  )
}

/** The decline in the block of an escalation, when it verifies. */
export async function readDecline(
  approval: Approval | undefined,
  asked: ReadableEscalation,
  rules: BaseRules,
  now: number,
): Promise<DeclineEvidence | undefined> {
  if (approval?.decision !== 'declined') return undefined
  try {
    const verified = await verifyApproval(asked, approval, verifyOptions(asked.escalation, rules, now))
    return verified.type === 'declined' ? { by: verified.by, reason: verified.reason } : undefined
  } catch (error) {
    if (PolicyError.is(error)) return undefined
    throw error
  }
}

function verifyOptions(
  escalation: Escalation,
  rules: { policy: Policy } & BaseRules,
  now: number,
): VerifyGrantOptions {
  const { policy, keys } = rules
  return { keys: keyring(keys), issuer: escalation.repo, ledger: escalation.ledger, policy, now }
}
