import { expect, it } from 'vitest'
import { startCall } from './logical-call.ts'

it('a call is cancelled by its caller, not by the clock', () => {
  const { isCancelled } = startCall({ randomId: () => 'call' }, {}, false)
  expect(isCancelled(undefined)).toBe(false)
  expect(isCancelled(new AbortController().signal)).toBe(false)
  expect(isCancelled(AbortSignal.abort())).toBe(true)
  expect(isCancelled(AbortSignal.abort('enough'))).toBe(true)
  expect(isCancelled(AbortSignal.abort(new DOMException('late', 'TimeoutError')))).toBe(false)
})
