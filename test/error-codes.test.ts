import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { PolicyError, policyErrorCodes, type PolicyErrorCode } from '@policy/core'
import { describe, expect, it } from 'vitest'
import { errorReference } from '../tools/error-reference.ts'

const workspace = join(import.meta.dirname, '..')

/** The sources of every package, tests and the catalogue itself left out. */
const sources = readdirSync(join(workspace, 'packages')).flatMap((name) =>
  readdirSync(join(workspace, 'packages', name, 'src'), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !/\.test\.ts$|errors\/codes\.ts$/.test(file))
    .map((file) => readFileSync(join(workspace, 'packages', name, 'src', file), 'utf8')),
)

describe('error codes', () => {
  it('are each given by some source', () => {
    const unused = Object.keys(policyErrorCodes).filter(
      (code) => !sources.some((source) => source.includes(`'${code}'`)),
    )
    expect(unused).toEqual([])
  })

  it('each say what to do next', () => {
    const codes = Object.keys(policyErrorCodes) as PolicyErrorCode[]
    expect(codes.filter((code) => new PolicyError(code, 'no').remedy.trim() === '')).toEqual([])
    expect(new PolicyError('usage', 'no', { remedy: 'say yes' }).remedy).toBe('say yes')
  })

  it('stand in the reference as the catalogue says; `pnpm errors` writes it anew', () => {
    expect(readFileSync(join(workspace, 'docs/errors.md'), 'utf8')).toBe(errorReference())
  })
})
