// Editors complete and check model-policy.yaml from this file, so it is made from the schema that the parser uses.
// Run with --conditions=@policy/source after a change to packages/core/src/policy/schema.ts; a test says when it is stale.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { policyJsonSchema } from '../packages/core/src/policy/json-schema.ts'

const file = join(import.meta.dirname, '../packages/core/policy.schema.json')
writeFileSync(file, `${JSON.stringify(policyJsonSchema(), null, 2)}\n`)
