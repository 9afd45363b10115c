import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { policyJsonSchema } from './json-schema.ts'

it('the published JSON Schema is that of the parser; `pnpm schema` writes it anew', () => {
  const file = join(import.meta.dirname, '../../policy.schema.json')
  expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(policyJsonSchema())
})
