import { z } from 'zod'
import { policySchema } from './schema.ts'

/** The form of a policy file as JSON Schema (draft 2020-12), for editors. */
export function policyJsonSchema(): z.core.JSONSchema.BaseSchema {
  return { title: 'Model Policy', ...z.toJSONSchema(policySchema, { io: 'input', target: 'draft-2020-12' }) }
}
