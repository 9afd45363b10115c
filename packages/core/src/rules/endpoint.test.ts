import { describe, expect, it } from 'vitest'
import { holds } from '../../test/facts.ts'
import { endpoint } from './endpoint.ts'

describe('endpoint', () => {
  it.each([
    ['the path named', '/responses', true],
    ['a path below the pattern', '/fine_tuning/jobs', true],
    ['another path', '/embeddings', false],
    ['no path', '', true],
  ])('%s', (_row, path, expected) => {
    expect(holds(endpoint(['/responses', '/fine_tuning/*']), { call: { endpoint: path } })).toBe(expected)
  })
})
