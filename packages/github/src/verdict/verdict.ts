import type { PolicyErrorCode } from '@policy/core'

/**
 * What a gate says: `neutral` where there is nothing to judge, `needs-maintainer` where a maintainer's review of the head settles it,
 * `error` where not every fact could be had.
 */
export type VerdictType = 'neutral' | 'pass' | 'needs-maintainer' | 'fail' | 'error'

/** The questions that are kept apart. */
export type Question = 'may-run' | 'may-merge'

/** What one fact did to a verdict. */
export interface VerdictFinding {
  question: Question
  /** `note` tells something and decides nothing. */
  effect: 'note' | Exclude<VerdictType, 'neutral'>
  code?: PolicyErrorCode
  /** The fact, as a person would say it. Holds text that strangers wrote. */
  saw: string
  reason: string
  /** What to do next. */
  remedy?: string
}

/** A verdict, as a value: it can be shown, recorded and compared. */
export interface Verdict {
  type: VerdictType
  /** The code of the first finding that decided; none for `pass` and `neutral`. */
  code?: PolicyErrorCode
  findings: readonly VerdictFinding[]
}

const order: readonly VerdictType[] = ['neutral', 'pass', 'needs-maintainer', 'fail', 'error']

/** The verdict that findings lead to: the gravest of them. */
export function verdictOf(findings: readonly VerdictFinding[]): Verdict {
  const effects = findings.map(({ effect }) => (effect === 'note' ? 'neutral' : effect))
  const type = order.findLast((candidate) => effects.includes(candidate)) ?? 'neutral'
  const code = findings.find(({ effect }) => effect === type)?.code
  return { type, ...(code === undefined ? {} : { code }), findings }
}

/** The gravest of verdicts on the same thing by different rules; of none, that not every fact could be had. */
export function gravest(verdicts: readonly Verdict[]): Verdict {
  const [worst] = verdicts.toSorted((one, other) => order.indexOf(other.type) - order.indexOf(one.type))
  return worst ?? errorVerdict('github_incomplete', 'there is nothing to judge')
}

/** The verdict where not every fact could be had: never a pass. */
export function errorVerdict(code: PolicyErrorCode, reason: string, remedy?: string): Verdict {
  return verdictOf([
    {
      question: 'may-merge',
      effect: 'error',
      code,
      saw: 'the evidence is not complete',
      reason,
      ...(remedy === undefined ? {} : { remedy }),
    },
  ])
}
