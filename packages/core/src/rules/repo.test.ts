import { describe, expect, it } from 'vitest'
import { holds } from '../../test/facts.ts'
import { repo } from './repo.ts'

describe('repo', () => {
  it.each([
    ['the repository named', { repo: 'github.com/acme/app' }, true],
    ['a repository below the pattern', { repo: 'github.com/acme/secret/deep' }, true],
    ['the repository in other letters', { repo: 'GitHub.com/Acme/app' }, true],
    ['another repository', { repo: 'github.com/other/app' }, false],
    ['no repository', {}, true],
  ])('%s', (_row, facts, expected) => {
    expect(holds(repo(['github.com/acme/*']), facts)).toBe(expected)
  })
})
