import type { PolicyErrorCode } from '../errors/codes.ts'
import { PolicyError, type ErrorPlace } from '../errors/policy-error.ts'

/** One thing that is wrong with a document. */
export interface Problem {
  /** Keys and indexes from the top to what is wrong. */
  path: readonly (string | number)[]
  /** Whether the last step of `path` is itself the fault, as a misspelt key is, rather than what it holds. */
  at: 'key' | 'value'
  /** What is wrong, without its place. */
  message: string
  /** What to write instead. */
  remedy?: string
}

/** At least one problem. */
export type Problems = readonly [Problem, ...Problem[]]

/** How many problems one error tells of: more help nobody, and each costs a walk through the document. */
export const mostProblems = 50

/**
 * The error for a document with problems: the first one's place and remedy as fields, and in the message all of them,
 * a line each, in the order of the text. With several, `cause` is an `AggregateError` of one error per problem.
 */
export function invalid(
  code: PolicyErrorCode,
  problems: Problems,
  locate: (problem: Problem) => ErrorPlace = placeInValue,
  cause?: unknown,
): PolicyError {
  const placed = problems
    .slice(0, mostProblems)
    .map((problem) => ({ problem, place: locate(problem) }))
    .toSorted(byPlace)
  const errors = placed.map(({ problem, place }) => {
    const { remedy } = problem
    return new PolicyError(code, line(problem, place), { place, cause, ...(remedy ? { remedy } : {}) })
  })
  const [first] = errors
  if (!first || errors.length === 1) return first ?? new PolicyError(code, 'The document is not valid')
  const count = problems.length >= mostProblems ? `at least ${mostProblems}` : String(errors.length)
  const message = [
    `${first.place?.file ?? 'The document'} has ${count} problems:`,
    ...errors.map((error) => error.message),
  ].join('\n  ')
  return new PolicyError(code, message, {
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

const placeInValue = ({ path }: Problem): ErrorPlace => (path.length === 0 ? {} : { path: path.join('.') })

/** `model-policy.yaml:12:5: rules.0.then: expected … ; did you mean …?`, the form that editors and terminals link. */
function line({ message, remedy }: Problem, { file, line, column, path }: ErrorPlace): string {
  const where = [file ?? (line === undefined ? undefined : 'line'), line, column].filter(
    (part) => part !== undefined,
  )
  const parts = [where.join(':'), path, message].filter((part) => part !== undefined && part !== '')
  return parts.join(': ') + (remedy === undefined ? '' : `; ${remedy}`)
}
