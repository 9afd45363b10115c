import type { z } from 'zod'
import { nearest } from './nearest.ts'
import { mostProblems, type Problem } from './problem.ts'
import { isListOfTexts, schemaKeys } from './schema-keys.ts'

type Issue = z.core.$ZodIssue
type Path = readonly (string | number)[]

/** Zod's issues as problems that say what was expected, what was there, and the nearest right word. */
export function schemaProblems(schema: z.ZodType, issues: readonly Issue[], input: unknown): Problem[] {
  const told = issues.slice(0, mostProblems)
  const meant = meantKeys(schema, told)
  return told
    .filter(({ path }) => at(input, path) !== undefined || !meant.has(JSON.stringify(path)))
    .flatMap((issue) => problemsOf(schema, issue, input))
}

/** The paths that misspelt keys stand for: what is missing under them is not missing. */
function meantKeys(schema: z.ZodType, issues: readonly Issue[]): Set<string> {
  const meant = issues.flatMap((issue) =>
    issue.code === 'unrecognized_keys'
      ? issue.keys
          .slice(0, mostProblems)
          .map((key) => [...issue.path, nearest(key, schemaKeys(schema, steps(issue)))])
      : [],
  )
  return new Set(meant.map((path) => JSON.stringify(path)))
}

const steps = ({ path }: Issue): Path => path.map((step) => (typeof step === 'number' ? step : String(step)))

function problemsOf(schema: z.ZodType, issue: Issue, input: unknown): Problem[] {
  const path = steps(issue)
  const value = at(input, path)
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.slice(0, mostProblems).map((key) => unknownKey(schema, path, key))
    case 'invalid_key':
      return [
        {
          path,
          at: 'key',
          message: `expected ${issue.issues[0]?.message ?? 'another key'}, got ${show(path.at(-1))}`,
        },
      ]
    case 'invalid_union':
      return unionProblems(schema, issue, input)
    case 'invalid_value': {
      const known = issue.values.map((one) => JSON.stringify(one))
      const expected = known.length > 9 ? `one of ${known.length} words` : known.join(' or ')
      const near = typeof value === 'string' ? nearest(value, issue.values.map(String)) : undefined
      return [problem(schema, path, value, expected, near)]
    }
    case 'invalid_type':
      return [
        problem(
          schema,
          path,
          value,
          issue.message.startsWith('Invalid input') ? kindOf(issue.expected) : issue.message,
        ),
      ]
    default:
      return [problem(schema, path, value, issue.message)]
  }
}

function problem(schema: z.ZodType, path: Path, value: unknown, expected: string, near?: string): Problem {
  if (value === null) {
    return {
      path,
      at: 'value',
      message: `there is nothing here: expected ${expected}`,
      remedy: 'fill it in or leave it out',
    }
  }
  if (value === undefined && path.length > 0) {
    return {
      path: path.slice(0, -1),
      at: 'value',
      message: `"${path.at(-1)}" is missing: expected ${expected}`,
      remedy: `add ${path.at(-1)}`,
    }
  }
  const message = `expected ${expected}, got ${show(value)}`
  if (near !== undefined)
    return { path, at: 'value', message, remedy: `did you mean ${JSON.stringify(near)}?` }
  if (typeof value === 'string' && isListOfTexts(schema, path)) {
    return { path, at: 'value', message, remedy: `write it as a list: [${show(value)}]` }
  }
  return { path, at: 'value', message }
}

function unknownKey(schema: z.ZodType, path: Path, key: string): Problem {
  const known = schemaKeys(schema, path)
  const near = nearest(key, known)
  return {
    path: [...path, key],
    at: 'key',
    message: `there is no "${key}" here`,
    remedy: near === undefined ? `known here: ${known.join(', ')}` : `did you mean "${near}"?`,
  }
}

/** Of a union's branches, the one that is for values of this kind says what the author most likely meant. */
function unionProblems(
  schema: z.ZodType,
  issue: Issue & { code: 'invalid_union' },
  input: unknown,
): Problem[] {
  const path = steps(issue)
  const value = at(input, path)
  const branches = issue.errors.filter((errors) => errors.length > 0)
  const misfits = typeof value === 'object' ? ['invalid_type', 'invalid_value'] : ['invalid_type']
  const fits = branches.find((errors) =>
    errors.every(({ code, path: inner }) => inner.length > 0 || !misfits.includes(code)),
  )
  if (!fits) return [problem(schema, path, value, 'a text or a list of texts')]
  return fits.flatMap((inner) =>
    problemsOf(schema, { ...inner, path: [...issue.path, ...inner.path] }, input),
  )
}

const kinds: Record<string, string> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a section with keys',
  record: 'a section with keys',
}

const kindOf = (expected: string) => kinds[expected] ?? expected

function show(value: unknown): string {
  if (Array.isArray(value)) return 'a list'
  if (typeof value === 'object' && value !== null) return 'a section with keys'
  if (typeof value !== 'string') return String(value)
  return JSON.stringify(value.length > 60 ? `${value.slice(0, 57)}...` : value)
}

function at(input: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((value, step) => {
    if (typeof value !== 'object' || value === null) return undefined
    return Object.hasOwn(value, step) ? (value as Record<PropertyKey, unknown>)[step] : undefined
  }, input)
}
