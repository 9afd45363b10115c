import type { z } from 'zod'

type Path = readonly (string | number)[]

/** The keys that a schema knows at a path; none where it holds no section. */
export function schemaKeys(schema: z.ZodType, path: Path): string[] {
  return Object.keys(definitionAt(schema, path)?.shape ?? {})
}

/** Whether a schema wants a list of texts at a path. */
export function isListOfTexts(schema: z.ZodType, path: Path): boolean {
  const element = definitionAt(schema, path)?.element
  return element !== undefined && ['string', 'enum'].includes(definition(element).type)
}

interface Definition {
  type: string
  innerType?: z.ZodType
  in?: z.ZodType
  shape?: Record<string, z.ZodType>
  element?: z.ZodType
  valueType?: z.ZodType
}

function definitionAt(schema: z.ZodType, [step, ...rest]: Path): Definition | undefined {
  const here = definition(schema)
  if (step === undefined) return here
  const next = here.shape?.[step] ?? here.element ?? here.valueType
  return next && definitionAt(next, rest)
}

/** What a schema is below its defaults and optionals. */
function definition(schema: z.ZodType): Definition {
  const here = schema.def as unknown as Definition
  const below = here.innerType ?? here.in
  return below ? definition(below) : here
}
