import { PolicyError } from '../errors/policy-error.ts'
import type { AuditLog } from '../event/audit-log.ts'
import type { ToolAttributes } from '../event/event.ts'

/** How something that ran ended, as its last entry says it. */
export type ToolOutcome = Pick<ToolAttributes, 'model_policy.outcome'> & Partial<ToolAttributes>

/**
 * Run what is allowed once the log has taken that it starts, and record how it ended.
 *
 * @throws what the log throws when it does not take the first entry: then nothing ran. What `run` throws, recorded. `audit_incomplete` when
 *   it ran and the log does not take that; its cause is what `run` threw, else what the log did.
 */
export async function runRecorded<Result>(
  audit: AuditLog,
  about: ToolAttributes,
  run: () => Result | Promise<Result>,
  outcomeOf: (result: Result) => ToolOutcome,
): Promise<Result> {
  await audit.record({ kind: 'tool.authorized', data: about })
  let result: Result
  try {
    result = await run()
  } catch (error) {
    await recordEnd({ 'model_policy.outcome': 'error' }, { error })
    throw error
  }
  await recordEnd(outcomeOf(result))
  return result

  async function recordEnd(outcome: ToolOutcome, thrown?: { error: unknown }): Promise<void> {
    try {
      await audit.record({ kind: 'tool.authorized', data: { ...about, ...outcome } })
    } catch (fault) {
      const ended = `${about['gen_ai.tool.name']} ${said(outcome, thrown)}`
      throw new PolicyError(
        'audit_incomplete',
        `${ended}, and the log did not take that: ${messageOf(fault)}`,
        {
          cause: thrown ? thrown.error : fault,
        },
      )
    }
  }
}

function said(outcome: ToolOutcome, thrown: { error: unknown } | undefined): string {
  const { 'model_policy.outcome': how, 'process.exit.code': code } = outcome
  if (how === 'not-started') return 'did not start'
  if (thrown) return `ran (${how}: ${messageOf(thrown.error)})`
  return code === undefined ? `ran (${how})` : `ran (${how}, exit code ${code})`
}

const messageOf = (error: unknown) => (error instanceof Error ? error.message : String(error))
