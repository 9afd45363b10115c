import type { z } from 'zod'

/** The keys that a schema knows at a path. */
export function schemaKeys(schema: z.ZodType, path: readonly (string | number)[]): string[] {
  const def = inner(schema)
  const [step, ...rest] = path
  if (def.type === 'object') {
    if (step === undefined) return Object.keys(def.shape ?? {})
    const next = def.shape?.[step]
    return next ? schemaKeys(next, rest) : []
  }
  if (step === undefined) return []
  const next = def.type === 'array' ? def.element : def.type === 'record' ? def.valueType : undefined
  return next ? schemaKeys(next, rest) : []
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
