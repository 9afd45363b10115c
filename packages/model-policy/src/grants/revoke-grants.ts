import {
  isDigest,
  loggedText,
  parseEscalation,
  PolicyError,
  type Revocation,
  type RevocationAttributes,
} from '@policy/core'
import { readText } from '@policy/local'
import type { Host } from '../command-line/host.ts'
import { openLedger, openWorkspace, type Workspace } from '../workspace/open-workspace.ts'
import { recordOne } from '../workspace/record-one.ts'
import { grantsAtHand } from './grants-at-hand.ts'

/** What is revoked; exactly one of the first four. */
export interface RevokeGrantsOptions {
  /** A grant, by its id or what its id begins with. */
  grant?: string
  /** An escalation by its digest, or `true` for the one in this working tree. */
  escalation?: string | true
  /** Thumbprint of a key, or what it begins with. */
  key?: string
  /** Everything issued so far. */
  all?: boolean
  /** Why, for the record. */
  reason?: string
}

/**
 * Revoke grants in this user's ledger, and record it. Gives the revocation and the ledger's id.
 *
 * @throws `usage` when it is not said what, or it names nothing; `ledger_foreign` when the escalation's grant is spent in another ledger;
 *   `audit_failed` when it is revoked and the log did not take that.
 */
export async function revokeGrants(
  host: Host,
  options: RevokeGrantsOptions,
): Promise<{ revocation: Revocation; ledger: string }> {
  const workspace = await openWorkspace(host)
  const { revocation, about } = await chosen(workspace, options, host)
  const ledger = await openLedger(workspace)
  // first what stops calls, then the record of it
  await ledger.revoke(revocation)
  await recordOne(workspace, host.clock, {
    kind: 'grant.revoked',
    data: {
      ...about,
      'vcs.repository.url.full': workspace.repositoryId,
      ...(options.reason !== undefined && { 'model_policy.reason': loggedText(options.reason) }),
    },
  }).catch((cause: unknown) => {
    throw new PolicyError(
      'audit_failed',
      `it is revoked in the ledger ${ledger.id}, and the log did not take that: ${cause instanceof Error ? cause.message : String(cause)}`,
      { cause, remedy: 'see that the log can be written, and revoke it again, so that it is recorded' },
    )
  })
  return { revocation, ledger: ledger.id }
}

interface Chosen {
  revocation: Revocation
  about: RevocationAttributes
}

async function chosen(workspace: Workspace, options: RevokeGrantsOptions, host: Host): Promise<Chosen> {
  const { grant, escalation, key, all } = options
  if ([grant, escalation, key, all].filter((given) => given !== undefined).length !== 1) {
    throw new PolicyError('usage', 'a revocation names one thing', {
      remedy: 'give one of --grant, --escalation, --key, --all',
    })
  }
  if (grant !== undefined) {
    const known = (await grantsAtHand(workspace, host)).grants.map(({ claims }) => claims.jti)
    const jti = oneOf(grant, known, 'grant')
    return { revocation: { jti }, about: { 'model_policy.grant.jti': jti } }
  }
  if (escalation !== undefined) {
    const digest = escalation === true ? await escalationHere(workspace) : escalation
    if (!isDigest(digest))
      throw new PolicyError('usage', `${JSON.stringify(digest)} is no digest of an escalation`)
    return { revocation: { escalation: digest }, about: { 'model_policy.escalation': digest } }
  }
  if (key !== undefined) {
    const kid = oneOf(
      key,
      workspace.keyRecords.map((record) => record.kid),
      'key',
    )
    return { revocation: { kid }, about: { 'model_policy.revoked.key': kid } }
  }
  const issuedBefore = Math.floor(host.clock() / 1000)
  const at = new Date(issuedBefore * 1000).toISOString()
  return { revocation: { issuedBefore }, about: { 'model_policy.revoked.issued_before': at } }
}

/** A whole id is taken as it is, so that what is not at hand can be revoked too; a beginning must name one that is. */
function oneOf(given: string, known: readonly string[], what: string): string {
  if (/^[A-Za-z0-9_-]{43}$/.test(given)) return given
  const [found, ...others] = known.filter((id) => given !== '' && id.startsWith(given))
  if (found !== undefined && others.length === 0) return found
  throw new PolicyError(
    'usage',
    `${found === undefined ? 'no' : 'more than one'} ${what} at hand begins with ${JSON.stringify(given)}`,
    {
      remedy: `give the whole id of the ${what}`,
    },
  )
}

async function escalationHere({ paths, trust }: Workspace): Promise<string> {
  const text = await readText(paths.escalation)
  if (text === undefined) throw new PolicyError('escalation_missing', `there is no ${paths.escalation}`)
  const { escalation, digest } = await parseEscalation(text)
  if (escalation.ledger === trust.ledger) return digest
  throw new PolicyError(
    'ledger_foreign',
    `its grant is spent in the ledger ${escalation.ledger}, and yours is ${trust.ledger}: revoking there would stop nothing`,
    { remedy: "revoke as the agent's user, or revoke your key: model-policy keys revoke" },
  )
}
