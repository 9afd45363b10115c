import type { Decision, PolicyErrorCode } from '@policy/core'

/** What a command's exit code says; the same for every command. */
export const exitCode = {
  ok: 0,
  fault: 1,
  escalate: 2,
  denied: 3,
  unverified: 4,
} as const

/** One of the exit codes. */
export type ExitCode = (typeof exitCode)[keyof typeof exitCode]

/** The exit code that tells a decision. */
export function exitCodeOfDecision(decision: Decision): ExitCode {
  return { allow: exitCode.ok, escalate: exitCode.escalate, deny: exitCode.denied }[decision.type]
}

const evidence: readonly PolicyErrorCode[] = ['log_missing', 'log_altered', 'log_rolled_back', 'log_key']

/** The exit code that tells an error: 4 where evidence did not verify, else 1. */
export function exitCodeOfError(code: PolicyErrorCode): ExitCode {
  return evidence.includes(code) ? exitCode.unverified : exitCode.fault
}
