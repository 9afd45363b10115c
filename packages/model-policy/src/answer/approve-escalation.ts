import { grantClaims, type GrantClaims, PolicyError, signGrant } from '@policy/core'
import { loadPrivateKey } from '@policy/local'
import type { Host } from '../command-line/host.ts'
import { measureWork } from '../workspace/measure-work.ts'
import { openWorkspace } from '../workspace/open-workspace.ts'
import { personalKeys } from '../workspace/personal-keys.ts'
import { requireWritable } from '../workspace/require-writable.ts'
import { requireTerminal } from './require-terminal.ts'
import { approverKey } from './approver-key.ts'
import { describeRequest } from './describe-request.ts'
import { describeStart } from './describe-start.ts'
import { giveAnswer } from './give-answer.ts'
import { readPending } from './read-pending.ts'
import { type Start, startOf } from './start-of.ts'

/** Longest link that a grant has room for beside its paths, in UTF-16 units. */
const longestLink = 1000

/** How an escalation is approved. */
export interface ApproveEscalationOptions {
  /** Who approves, where this user holds the keys of several people. */
  person?: string
  /** Where the approval can be looked at; at most 1,000 characters. @default the escalation file, with the escalation's id */
  link?: string
}

/** An approval that was given. */
export interface ApprovedEscalation {
  claims: GrantClaims
  /** Where the grant counts from, as the person was told. */
  start: Start
}

/**
 * Show a person what is asked, what is measured here and now, and what work the grant would not count; with their word and passphrase, sign the
 * grant and write it down.
 *
 * Gives the approval, or `undefined` when the person did not type the word. Throws a `PolicyError` and writes nothing when the answer
 * would not count.
 */
export async function approveEscalation(
  host: Host,
  options: ApproveEscalationOptions,
): Promise<ApprovedEscalation | undefined> {
  const terminal = requireTerminal(host, 'approving')
  requireShort(options.link)
  const workspace = await openWorkspace(host)
  const pending = await readPending(workspace)
  await requireWritable(workspace)
  const { escalation, digest } = pending
  const key = await approverKey(workspace, pending, {
    decision: 'approved',
    person: options.person,
    now: host.clock(),
  })
  const work = await measureWork(workspace, { base: escalation.base })
  const start = await startOf(workspace, work.base)
  host.err(describeRequest(escalation, work, workspace.policy))
  host.err(describeStart(start, { named: escalation.base, measured: work.base }, workspace.policy))

  const word = await terminal.line(`Type "approve" to say yes as ${key.subject}, anything else to leave it: `)
  if (word.trim() !== 'approve') return undefined
  const passphrase = await terminal.secret(`Passphrase of ${key.subject}: `)
  const privateJwk = await loadPrivateKey(personalKeys(workspace), key.kid, passphrase)
  const claims = grantClaims(pending, {
    policy: workspace.policy,
    by: key.subject,
    basis: 'approval',
    uri: options.link ?? `file:${workspace.policy.document.escalation.file}#${escalation.id}`,
    // one block a file, so approving the same text again gives no second budget
    event: `block:${escalation.id}`,
    now: host.clock(),
  })
  const approval = {
    decision: 'approved',
    by: key.subject,
    at: new Date(claims.iat * 1000).toISOString(),
    escalation: digest,
    token: await signGrant(claims, privateJwk),
  } as const
  await giveAnswer(workspace, pending, approval, host.clock)
  return { claims, start }
}

function requireShort(link = ''): void {
  if (link.length <= longestLink) return
  throw new PolicyError(
    'usage',
    `the link is ${link.length} characters long; a grant has room for ${longestLink}`,
    { remedy: 'give a shorter --link, or none' },
  )
}
