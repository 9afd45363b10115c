import type { Problem } from './problem.ts'

type Path = readonly (string | number)[]

const deepest = 16

/** What keeps a value from being plain data with one canonical form: what JSON cannot say, circles, and `__proto__`. */
export function plainProblems(value: unknown): Problem[] {
  return below(value, [], new Set())
}

function below(value: unknown, path: Path, around: Set<object>): Problem[] {
  if (typeof value === 'string') {
    return value.isWellFormed() ? [] : [wrong(path, 'half of a character (a lone surrogate)')]
  }
  if (typeof value === 'number')
    return Number.isFinite(value) ? [] : [wrong(path, `${value} is not a number`)]
  if (typeof value !== 'object' || value === null) return []
  if (around.has(value)) return [wrong(path, 'this contains itself')]
  if (path.length >= deepest) return [wrong(path, `nested deeper than ${deepest} levels`)]
  around.add(value)
  const problems = Array.isArray(value)
    ? value.flatMap((item, index) => below(item, [...path, index], around))
    : Object.entries(value).flatMap(([key, item]) =>
        key === '__proto__' || !key.isWellFormed()
          ? [{ path: [...path, key], at: 'key' as const, message: 'this cannot be a key' }]
          : below(item, [...path, key], around),
      )
  around.delete(value)
  return problems
}

const wrong = (path: Path, message: string): Problem => ({ path, at: 'value', message })
