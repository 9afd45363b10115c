import { expect, it } from 'vitest'
import type { Refusal } from './refusal.ts'
import { refusalOf, refusalResponse } from './refusal-response.ts'

const refusal = (at: number) => ({ message: `${at}`, code: 'grant_required' }) as unknown as Refusal

it('is found by its own headers for ever, and by a copy of them while it is one of the latest', () => {
  const [first, ...later] = Array.from({ length: 1025 }, (_, at) => {
    const { headers } = refusalResponse(refusal(at), `id-${at}`)
    return { headers, copy: Object.fromEntries(headers), message: `${at}` }
  })
  expect(refusalOf(first?.headers)?.message).toBe('0')
  expect(refusalOf(first?.copy)).toBeUndefined()
  expect(refusalOf(new Headers(first?.copy))).toBeUndefined()
  for (const { headers, copy, message } of later) {
    for (const found of [headers, copy, new Headers(copy)]) expect(refusalOf(found)?.message).toBe(message)
  }
})
