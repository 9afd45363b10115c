import { expect, it } from 'vitest'
import { generateKeyPair } from './generate-key-pair.ts'

it('names no key so that a command would take its id for an option', async () => {
  // one thumbprint in 64 begins with -
  const pairs = await Promise.all(Array.from({ length: 600 }, () => generateKeyPair()))
  expect(pairs.filter(({ kid }) => kid.startsWith('-'))).toEqual([])
})
