import type { z } from 'zod'
import { nearest } from './nearest.ts'
import type { Problem } from './problem.ts'

type Issue = z.core.$ZodIssue
type Path = readonly (string | number)[]

/** Zod's issues as problems that say what was expected, what was there, and the nearest right word. */
export function schemaProblems(schema: z.ZodType, issues: readonly Issue[], input: unknown): Problem[] {
  return issues.flatMap((issue) => problemsOf(schema, issue, input))
}

function problemsOf(schema: z.ZodType, issue: Issue, input: unknown): Problem[] {
  const path = issue.path.map((step) => (typeof step === 'number' ? step : String(step)))
  const value = at(input, path)
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => unknownKey(schema, path, key))
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
      const expected = issue.values.map((one) => JSON.stringify(one)).join(' or ')
      const near = typeof value === 'string' ? nearest(value, issue.values.map(String)) : undefined
      return [problem(path, value, expected, near)]
    }
    case 'invalid_type':
      return [
        problem(
          path,
          value,
          issue.message.startsWith('Invalid input') ? kindOf(issue.expected) : issue.message,
        ),
      ]
    default:
      return [problem(path, value, issue.message)]
  }
}

function problem(path: Path, value: unknown, expected: string, near?: string): Problem {
  if (value === undefined && path.length > 0) {
    return {
      path: path.slice(0, -1),
      at: 'value',
      message: `"${path.at(-1)}" is missing: expected ${expected}`,
      remedy: `add ${path.at(-1)}`,
    }
  }
  return {
    path,
    at: 'value',
    message: `expected ${expected}, got ${show(value)}`,
    ...(near === undefined ? {} : { remedy: `did you mean ${JSON.stringify(near)}?` }),
  }
}

function unknownKey(schema: z.ZodType, path: Path, key: string): Problem {
  const known = keysAt(schema, path)
  const near = nearest(key, known)
  return {
    path: [...path, key],
    at: 'key',
    message: `there is no "${key}" here`,
    remedy: near === undefined ? `known here: ${known.join(', ')}` : `did you mean "${near}"?`,
  }
}

/** Of a union's branches, the one that got furthest says what the author most likely meant. */
function unionProblems(
  schema: z.ZodType,
  issue: Issue & { code: 'invalid_union' },
  input: unknown,
): Problem[] {
  const path = issue.path.map((step) => (typeof step === 'number' ? step : String(step)))
  const value = at(input, path)
  const branches = issue.errors.filter((errors) => errors.length > 0)
  const fits = branches.find((errors) =>
    errors.every(({ code, path: inner }) => code !== 'invalid_type' || inner.length > 0),
  )
  if (!fits) return [problem(path, value, 'a text or a list of texts')]
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

function at(input: unknown, path: Path): unknown {
  return path.reduce<unknown>((value, step) => {
    if (typeof value !== 'object' || value === null) return undefined
    return Object.hasOwn(value, step) ? (value as Record<string, unknown>)[step] : undefined
  }, input)
}

/** The keys that a schema knows at a path. */
function keysAt(schema: z.ZodType, path: Path): string[] {
  const def = inner(schema)
  const [step, ...rest] = path
  if (def.type === 'object') {
    if (step === undefined) return Object.keys(def.shape ?? {})
    const next = def.shape?.[step]
    return next ? keysAt(next, rest) : []
  }
  if (step === undefined) return []
  const next = def.type === 'array' ? def.element : def.type === 'record' ? def.valueType : undefined
  return next ? keysAt(next, rest) : []
}

interface Def {
  type: string
  innerType?: z.ZodType
  in?: z.ZodType
  shape?: Record<string, z.ZodType>
  element?: z.ZodType
  valueType?: z.ZodType
}

/** What a schema is below its defaults and optionals. */
function inner(schema: z.ZodType): Def {
  const def = schema.def as unknown as Def
  const below = def.innerType ?? def.in
  return below ? inner(below) : def
}
