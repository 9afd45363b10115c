import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Ajv } from 'ajv'

// GitHub's OpenAPI description of the endpoints that are used: cut out of @octokit/openapi 23.0.2 (MIT), which as a whole is too big to install.
const file = join(import.meta.dirname, '../fixtures/github-openapi.json')
const { answers, schemas } = JSON.parse(
  readFileSync(file, 'utf8').replaceAll('#/components/schemas/', '#/$defs/'),
) as {
  answers: Record<string, object>
  schemas: Record<string, object>
}

const ajv = new Ajv({ strict: false, allErrors: false, validateFormats: false })
const validators = new Map(
  Object.entries(answers).map(([route, schema]) => [
    route,
    ajv.compile({ ...(asJsonSchema(schema) as object), $defs: asJsonSchema(schemas) }),
  ]),
)

/** Throw unless an answer is one that GitHub's own schema for the route allows. */
export function requireAnswer(route: string, answer: unknown): void {
  const validate = validators.get(route)
  if (validate === undefined) throw new Error(`no schema for ${route}`)
  if (!validate(answer))
    throw new Error(`the fake answers ${route} as GitHub would not: ${ajv.errorsText(validate.errors)}`)
}

/** OpenAPI 3.0 to JSON Schema: `nullable` becomes one more type. */
function asJsonSchema(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(asJsonSchema)
  if (typeof schema !== 'object' || schema === null) return schema
  const { nullable, ...rest } = schema as Record<string, unknown>
  const members = Object.fromEntries(Object.entries(rest).map(([name, value]) => [name, asJsonSchema(value)]))
  return nullable === true ? { anyOf: [members, { type: 'null' }] } : members
}
