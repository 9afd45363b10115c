import { PolicyError, type ErrorPlace } from '../errors/policy-error.ts'
import type { Problem } from './problem.ts'

/**
 * The error for a document that is no policy: the first problem's place and remedy as fields, every problem in the
 * message, a line each. With several, `cause` is an `AggregateError` of one `PolicyError` per problem.
 */
export function policyInvalid(
  problems: readonly [Problem, ...Problem[]],
  locate: (problem: Problem) => ErrorPlace = placeOf,
): PolicyError {
  const placed = problems.map((problem) => ({ problem, place: locate(problem) })).toSorted(byPlace)
  const errors = placed.map(({ problem, place }) => {
    const { remedy } = problem
    return new PolicyError('policy_invalid', line(problem, place), { place, ...(remedy ? { remedy } : {}) })
  })
  const [first] = errors
  if (!first || errors.length === 1)
    return first ?? new PolicyError('policy_invalid', 'The policy is not valid')
  const message = [`The policy has ${errors.length} problems:`, ...errors.map((error) => error.message)].join(
    '\n  ',
  )
  return new PolicyError('policy_invalid', message, {
    cause: new AggregateError(errors, message),
    ...(first.place ? { place: first.place } : {}),
    ...(first.remedy === undefined ? {} : { remedy: first.remedy }),
  })
}

interface Placed {
  problem: Problem
  place: ErrorPlace
}

const byPlace = ({ place: one }: Placed, { place: other }: Placed) =>
  (one.line ?? 0) - (other.line ?? 0) || (one.column ?? 0) - (other.column ?? 0)

/** A problem's path in dots. */
export function placeOf({ path }: Problem): ErrorPlace {
  return path.length === 0 ? {} : { path: path.join('.') }
}

/** `model-policy.yaml:12:5: rules.0.then: expected … ; did you mean …?`, the form that editors and terminals link. */
function line({ message, remedy }: Problem, { file, line, column, path }: ErrorPlace): string {
  const where = [file ?? (line === undefined ? undefined : 'line'), line, column].filter(
    (part) => part !== undefined,
  )
  const parts = [where.join(':'), path, message].filter((part) => part !== undefined && part !== '')
  return parts.join(': ') + (remedy === undefined ? '' : `; ${remedy}`)
}
