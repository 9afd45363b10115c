import { type DeclineClaims, loggedText, PolicyError, signDecline } from '@policy/core'
import { loadPrivateKey } from '@policy/local'
import { ask } from '../command-line/ask.ts'
import type { Host } from '../command-line/host.ts'
import { openWorkspace } from '../workspace/open-workspace.ts'
import { personalKeys } from '../workspace/personal-keys.ts'
import { requireWritable } from '../workspace/require-writable.ts'
import { approverKey } from './approver-key.ts'
import { giveAnswer } from './give-answer.ts'
import { readPending } from './read-pending.ts'
import { requireTerminal } from './require-terminal.ts'

/** How an escalation is declined. */
export interface DeclineEscalationOptions {
  /** Who declines, where this user holds the keys of several people. */
  person?: string
  /** Why; asked for when absent. */
  reason?: string
}

/** Sign a person's no with their passphrase, record it and write it down. Throws and writes nothing when it would not count. */
export async function declineEscalation(
  host: Host,
  options: DeclineEscalationOptions,
): Promise<DeclineClaims> {
  const terminal = requireTerminal(host, 'declining')
  const workspace = await openWorkspace(host)
  const pending = await readPending(workspace)
  await requireWritable(workspace)
  const { escalation, digest } = pending
  const key = await approverKey(workspace, pending, {
    decision: 'declined',
    person: options.person,
    now: host.clock(),
  })
  const reason = requireReason(
    options.reason ?? (await ask(host, `Why is ${escalation.task} declined? `, '--reason')),
  )
  const passphrase = await terminal.secret(`Passphrase of ${key.subject}: `)
  const claims: DeclineClaims = {
    iss: workspace.repositoryId,
    sub: key.subject,
    iat: Math.floor(host.clock() / 1000),
    escalation: digest,
    reason,
  }
  const token = await signDecline(claims, await loadPrivateKey(personalKeys(workspace), key.kid, passphrase))
  const at = new Date(claims.iat * 1000).toISOString()
  const approval = { decision: 'declined', by: key.subject, at, escalation: digest, token, reason } as const
  await giveAnswer(workspace, pending, approval, host.clock)
  return claims
}

/** A reason that the signed answer and the log hold whole: both are cut or refused beyond the most that one text of an entry may take. */
function requireReason(given: string): string {
  const reason = given.trim()
  if (reason === '') throw new PolicyError('usage', 'a decline needs its reason', { remedy: 'give --reason' })
  if (loggedText(reason) === reason) return reason
  throw new PolicyError(
    'usage',
    `the reason is ${reason.length} characters long; an answer and the log hold 4,000 bytes of it`,
    { remedy: 'say it shorter, and keep the rest where the work is discussed' },
  )
}
