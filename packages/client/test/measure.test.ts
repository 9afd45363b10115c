import { PolicyError, type MeasuredChange } from '@policy/core'
import { describe, expect, it, vi } from 'vitest'
import { createGuard, type Measure } from '../src/index.ts'
import { memoryAuditLog, scriptedUpstream, testAuthority } from '../src/testing.ts'

const change = (paths: readonly string[]): MeasuredChange => ({
  changedFiles: paths.length,
  changedLines: 1,
  modules: ['src'],
  sensitive: [],
  newDependencies: [],
  paths,
  binaryFiles: 0,
})

/** A guard whose context does not say what the work touches, and a fetch through it. */
async function guarded(measure: Measure) {
  const authority = await testAuthority()
  const { paths: _paths, ...context } = authority.context
  const upstream = scriptedUpstream()
  const audit = memoryAuditLog()
  const guard = createGuard({
    ...authority,
    context,
    measure,
    audit,
    grants: [await authority.grant()],
  })
  const fetch = guard.wrapFetch(upstream.fetch)
  const ask = async (model: string) => {
    const body = JSON.stringify({ model, input: 'hello' })
    const headers = { 'content-type': 'application/json' }
    const response = await fetch('https://api.openai.com/v1/responses', { method: 'POST', headers, body })
    return (await response.json()) as { error?: { code: string; message: string } }
  }
  return { guard, ask, audit }
}

describe('measuring for a call', () => {
  it('waits for no measurement where the call is allowed without one', async () => {
    const measure = vi.fn(async () => change(['src/a.ts']))
    const { ask } = await guarded(measure)
    expect((await ask('gpt-5-mini')).error).toBeUndefined()
    expect(measure).not.toHaveBeenCalled()
  })

  it('lets a grant cover work that was measured inside its paths', async () => {
    const { ask } = await guarded(async () => change(['src/a.ts']))
    expect((await ask('gpt-5.3-codex')).error).toBeUndefined()
  })

  it('lets no grant cover work that was measured outside its paths', async () => {
    const { ask, guard } = await guarded(async () => change(['src/a.ts', 'infra/main.tf']))
    expect((await ask('gpt-5.3-codex')).error?.code).toBe('grant_path')
    expect(await guard.check({ model: 'gpt-5.3-codex' })).toMatchObject({ code: 'grant_path' })
  })

  it('logs the first fifty paths of a large change, and how many more there are', async () => {
    const paths = Array.from({ length: 60 }, (_, index) => `src/${index}.ts`)
    const { ask, audit } = await guarded(async () => change(paths))
    await ask('gpt-5.3-codex')
    expect(audit.records[0]?.data).toMatchObject({
      'model_policy.paths': paths.slice(0, 50),
      'model_policy.paths_cut': 10,
    })
  })

  it('lets no claim take away what is measured', async () => {
    const { guard } = await guarded(async () => change(['infra/main.tf']))
    for (const context of [
      { change: change([]), paths: [] },
      { change: change(['src/a.ts']) },
      { paths: ['src/a.ts'] },
    ]) {
      expect(await guard.check({ model: 'gpt-5.3-codex', context })).toMatchObject({ code: 'grant_path' })
    }
  })

  it('lets a claim add to what is measured', async () => {
    const { guard } = await guarded(async () => change(['src/a.ts']))
    const context = { paths: ['infra/main.tf'] }
    expect(await guard.check({ model: 'gpt-5.3-codex', context })).toMatchObject({ code: 'grant_path' })
  })

  it('measures from the commit that the grant names', async () => {
    const bases: (string | undefined)[] = []
    const { ask } = await guarded(async (base) => (bases.push(base), change(['src/a.ts'])))
    expect((await ask('gpt-5.3-codex')).error).toBeUndefined()
    expect(bases.at(-1)).toBe('0'.repeat(40))
  })

  it('refuses when measuring fails, and says so', async () => {
    const { ask } = await guarded(() => Promise.reject(new PolicyError('git_failed', 'git is not here')))
    expect((await ask('gpt-5.3-codex')).error).toMatchObject({
      code: 'git_failed',
      message: expect.stringContaining('git is not here'),
    })
  })
})
