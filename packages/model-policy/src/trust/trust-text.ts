import { thumbprint } from '@policy/core'
import type { TrustRoot } from '@policy/local'

/** A trust root for people, one fact a line. */
export function trustText({ repository, signers, ledger, log, serial, clones }: TrustRoot): string {
  const facts = [
    ['repository', repository],
    ...signers.map((key) => ['signer', thumbprint(key)]),
    ['serial', `${serial} or later`],
    ['ledger', ledger],
    ...(log === undefined ? [] : [['log', `${log.origin}, sealed by ${log.vkey}`]]),
    ...clones.map((clone) => ['clone', clone]),
  ]
  return facts.map(([name = '', fact]) => `  ${name.padEnd(10)} ${fact}\n`).join('')
}
