import {
  type CallContext,
  defaultPolicy,
  definePolicy,
  type MeasuredChange,
  type Policy,
  PolicyError,
  readGrant,
} from '@policy/core'
import { describe, expect, it, vi } from 'vitest'
import { createGuard, type Measure } from '../src/index.ts'
import { memoryAuditLog, scriptedUpstream, testAuthority, type TestAuthority } from '../src/testing.ts'

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

/** A guard that holds grants and whose context does not say what the work touches; what it measured, and its looks at keys. */
async function holding(
  grants: (authority: TestAuthority) => Promise<string>[],
  measure: Measure,
  policy?: Policy,
) {
  const authority = await testAuthority(policy ? { policy } : {})
  const { paths: _paths, ...context } = authority.context
  const bases: (string | undefined)[] = []
  const keys = { find: vi.fn(authority.keys.find) }
  const guard = createGuard({
    ...authority,
    context,
    keys,
    audit: memoryAuditLog(),
    measure: async (base) => (bases.push(base), measure(base)),
    grants: await Promise.all(grants(authority)),
  })
  return { guard, bases, keys }
}

/** A grant for another task, or whose work starts from another commit. */
async function grantFor(authority: TestAuthority, { task, base }: { task?: string; base?: string }) {
  const { jti, approval, authorization_details } = await readGrant(await authority.grant())
  const [detail] = authorization_details
  return authority.grant({
    claims: {
      jti,
      approval: { ...approval, ...(base && { base }) },
      authorization_details: [{ ...detail, ...(task && { task }) }],
    },
  })
}

/** A change that is small, counted from a commit that somebody names. */
const smallLater: Measure = async (base) => ({
  ...change(['src/a.ts']),
  changedLines: base === undefined ? 11 : 1,
})

const gone = '9'.repeat(40)
const startingAtGone = (authority: TestAuthority) => grantFor(authority, { base: gone })
const failingAtGone: Measure = async (base) => {
  if (base === gone) throw new PolicyError('history_incomplete', 'the commit is gone')
  return change(['src/a.ts'])
}

describe('grants at hand that do not fit', () => {
  const codex = { model: 'gpt-5.3-codex' }
  const [one, other] = ['1'.repeat(40), '2'.repeat(40)] as const

  it('cost neither a measurement nor a verification', async () => {
    const { guard, bases, keys } = await holding(
      (authority) => [
        ...[1, 2, 3].map((task) => grantFor(authority, { task: `ISSUE-${task}`, base: one })),
        authority.grant({ now: Date.now() - 9 * 3_600_000 }),
        authority.grant({ model: 'gpt-5.1-codex' }),
        grantFor(authority, { base: other }),
      ],
      async () => change(['src/a.ts']),
    )
    expect(await guard.check(codex)).toMatchObject({ type: 'allow' })
    expect(bases).toEqual([undefined, other])
    expect(keys.find).toHaveBeenCalledTimes(1)
  })

  it('are measured once for each commit that they name', async () => {
    const { guard, bases } = await holding(
      (authority) => [one, one, other, one].map((base) => grantFor(authority, { base })),
      async () => change(['infra/main.tf']),
    )
    expect(await guard.check(codex)).toMatchObject({ type: 'escalate', code: 'grant_path' })
    expect(bases).toEqual([undefined, one, other])
  })

  it('stand in the way of no other where their commit is gone, and are told of where there is none', async () => {
    const both = await holding((authority) => [startingAtGone(authority), authority.grant()], failingAtGone)
    expect(await both.guard.check(codex)).toMatchObject({ type: 'allow' })
    const alone = await holding((authority) => [startingAtGone(authority)], failingAtGone)
    await expect(alone.guard.check(codex)).rejects.toMatchObject({ code: 'history_incomplete' })
  })

  it('have no glob read that nobody has verified', async () => {
    const authority = await testAuthority()
    const context = { ...authority.context, paths: ['docs/a.md'] }
    const grants = [await grantFor(authority, { task: 'ISSUE-1' })]
    const guard = createGuard({ ...authority, context, grants, audit: memoryAuditLog() })
    expect(await guard.check(codex)).toMatchObject({
      code: 'grant_task',
      reason: expect.not.stringContaining('reaches'),
    })
  })

  it('open nothing by a later start of theirs, from where no rule asks for a grant', async () => {
    const policy = await definePolicy({
      ...defaultPolicy,
      escalation: {
        ...defaultPolicy.escalation,
        approvers: { ...defaultPolicy.escalation.approvers, people: ['github:1'] },
      },
      rules: [
        { id: 'large', when: { changedLines: { over: 10 } }, then: 'escalate', because: 'it is large' },
      ],
    })
    const mini = { model: 'gpt-5-mini' }
    const forCodex = await holding((authority) => [authority.grant()], smallLater, policy)
    expect(await forCodex.guard.check(mini)).toMatchObject({ type: 'escalate', code: 'grant_model' })
    const forMini = await holding((authority) => [authority.grant(mini)], smallLater, policy)
    expect(await forMini.guard.check(mini)).toMatchObject({ type: 'allow', audit: 'full', grant: {} })
  })
})

describe('measuring for a tool', () => {
  it.each<[string, CallContext, string[], string | undefined]>([
    ['inside the grant', {}, ['src/a.ts'], undefined],
    ['outside it', {}, ['src/a.ts', 'infra/main.tf'], 'grant_path'],
    ['outside it, whatever is claimed', { paths: ['src/a.ts'] }, ['infra/main.tf'], 'grant_path'],
    ['outside it, with a change claimed', { change: change([]), paths: [] }, ['infra/main.tf'], 'grant_path'],
    ['inside it, with more claimed', { paths: ['infra/main.tf'] }, ['src/a.ts'], 'grant_path'],
  ])('from the commit that its grant names, %s', async (_name, context, paths, code) => {
    const base = '3'.repeat(40)
    const authority = await testAuthority()
    const { paths: _paths, ...known } = authority.context
    const request = { write: 'db:prod' }
    const { approval, jti } = await readGrant(await authority.grant({ request }))
    const guard = createGuard({
      ...authority,
      context: known,
      audit: memoryAuditLog(),
      measure: async (from) => change(from === base ? paths : []),
      grants: [await authority.grant({ request, claims: { jti, approval: { ...approval, base } } })],
    })
    const write = guard.tool('write', () => 'wrote', {
      effect: 'productionWrite',
      target: () => 'db:prod',
      context,
    })
    expect((await write.check({}))?.code).toBe(code)
    const wrote = await write({}).catch((error: PolicyError) => error.code)
    expect(wrote).toBe(code ?? 'wrote')
  })
})
