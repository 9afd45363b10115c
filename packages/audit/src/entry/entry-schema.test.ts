import type { EventData, EventKind } from '@policy/core'
import { describe, expect, expectTypeOf, it } from 'vitest'
import { z } from 'zod'
import { entryData, entrySchema } from './entry-schema.ts'

describe('entry schemas', () => {
  it('have the types that core declares', () => {
    expectTypeOf<{ [Kind in EventKind]: z.output<(typeof entryData)[Kind]> }>().toEqualTypeOf<EventData>()
  })

  // The published schemas are made from the zod schemas; `vitest run -u` writes them anew.
  it.each(Object.keys(entryData) as EventKind[])('%s is published as it is', async (kind) => {
    const published = z.toJSONSchema(entrySchema(kind))
    await expect(`${JSON.stringify(published, null, 2)}\n`).toMatchFileSnapshot(
      `../../schemas/${kind}.v1.json`,
    )
  })
})
