import { describe, expect, it } from 'vitest'
import type { Act, CommandAct } from '../authorization/act.ts'
import type { CallContext } from '../call/call-context.ts'
import type { PolicyErrorCode } from '../errors/codes.ts'
import type { Digest } from '../hash/digest.ts'
import type { ResolvedModel } from '../models/resolved-model.ts'
import { covers, coversAct, type CoverFacts } from './covers.ts'
import type { GrantDetail, VerifiedGrant } from './grant.ts'

const digest = (digit: string): Digest => `sha256:${digit.repeat(64)}`
const now = 1_800_000_000_000

const scope = {
  locations: ['github.com/acme/app'],
  task: 'ISSUE-12',
  personas: ['developer'],
  paths: ['src/auth/**', 'docs/*.md'],
  max_calls: 25,
}

const aGrant = (detail: Partial<GrantDetail> = {}) =>
  ({
    iss: 'github.com/acme/app',
    aud: 'model-policy:led_1',
    sub: 'github:1234567',
    jti: 'j',
    iat: now / 1000 - 60,
    nbf: now / 1000 - 60,
    exp: now / 1000 + 60,
    act: { sub: 'agent:refactor-bot' },
    cnf: { jkt: 'agent-thumbprint' },
    authorization_details: [{ type: 'model_call', models: ['gpt-5.3-codex'], ...scope, ...detail }],
    approval: {
      basis: 'approval',
      uri: 'file:escalation.md',
      event: 'e1',
      escalation: digest('a'),
      policy: digest('b'),
      base: 'c'.repeat(40),
    },
    kid: 'approver-thumbprint',
  }) as unknown as VerifiedGrant

const aModel = (changes: Partial<ResolvedModel> = {}): ResolvedModel => ({
  asked: 'gpt-codex-5.3',
  id: 'gpt-5.3-codex',
  modelClass: 'codex',
  access: 'grant',
  audit: 'full',
  match: 'alias',
  matched: 'gpt-codex-5.3',
  ...changes,
})

const aContext: CallContext = {
  agent: 'agent:refactor-bot',
  agentKey: 'agent-thumbprint',
  persona: 'developer',
  task: 'ISSUE-12',
  repo: 'github.com/acme/app',
  paths: ['src/auth/session.ts', 'src/auth/.hidden/x', 'docs/auth.md'],
}
const facts: CoverFacts = { policy: digest('b'), now }

const without = (key: keyof CallContext): CallContext => {
  const { [key]: _, ...rest } = aContext
  return rest
}

const change = (paths: string[]) => ({
  changedFiles: 1,
  changedLines: 1,
  modules: [],
  sensitive: [],
  newDependencies: [],
  paths,
  binaryFiles: 0,
})

describe('covers', () => {
  it('permits the call it was given for', () => {
    expect(covers(aGrant(), [aModel()], aContext, facts)).toEqual({ covered: true })
  })

  it.each<[string, CallContext, PolicyErrorCode]>([
    ['another agent', { ...aContext, agent: 'agent:other' }, 'grant_agent'],
    ['an agent nobody named', without('agent'), 'grant_agent'],
    ['another agent key', { ...aContext, agentKey: 'other' }, 'grant_agent_key'],
    ['no proven agent key', without('agentKey'), 'grant_agent_key'],
    ['another persona', { ...aContext, persona: 'designer' }, 'grant_persona'],
    ['no persona', without('persona'), 'grant_persona'],
    ['another repository', { ...aContext, repo: 'github.com/acme/app2' }, 'grant_repository'],
    ['no repository', without('repo'), 'grant_repository'],
    ['another task', { ...aContext, task: 'ISSUE-120' }, 'grant_task'],
    ['no task', without('task'), 'grant_task'],
    ['a path outside', { ...aContext, paths: ['src/auth/a.ts', 'src/pay/a.ts'] }, 'grant_path'],
    ['a path that only begins alike', { ...aContext, paths: ['src/auth2/a.ts'] }, 'grant_path'],
    ['a path that only ends alike', { ...aContext, paths: ['other/src/auth/a.ts'] }, 'grant_path'],
    ['a path in another case', { ...aContext, paths: ['SRC/auth/a.ts'] }, 'grant_path'],
    ['a path that climbs out', { ...aContext, paths: ['src/auth/../pay/a.ts'] }, 'grant_path'],
    ['an absolute path', { ...aContext, paths: ['/src/auth/a.ts'] }, 'grant_path'],
    ['an empty path', { ...aContext, paths: [''] }, 'grant_path'],
    ['paths nobody named', without('paths'), 'grant_path'],
    ['a list of no paths', { ...aContext, paths: [] }, 'grant_path'],
    ['a measured path outside', { ...aContext, change: change(['src/pay/a.ts']) }, 'grant_path'],
  ])('refuses %s', (_name, context, code) => {
    expect(covers(aGrant(), [aModel()], context, facts)).toMatchObject({ covered: false, code })
  })

  it('takes a measured change of no files for work that touches none', () => {
    const context = { ...aContext, paths: [], change: change([]) }
    expect(covers(aGrant(), [aModel()], context, facts)).toEqual({ covered: true })
  })

  it('takes the measured change where the call names no paths', () => {
    const context = { ...without('paths'), change: change(['src/auth/session.ts']) }
    expect(covers(aGrant(), [aModel()], context, facts)).toEqual({ covered: true })
  })

  it.each<[string, ResolvedModel[]]>([
    ['another model', [aModel({ id: 'gpt-5.4-codex' })]],
    ['a snapshot of the model', [aModel({ id: 'gpt-5.3-codex-2026-02-05' })]],
    ['the model and one more', [aModel(), aModel({ id: 'o9' })]],
    ['a closed model, though the grant names it', [aModel({ access: 'deny' })]],
    ['no model', []],
  ])('refuses %s', (_name, models) => {
    expect(covers(aGrant(), models, aContext, facts)).toMatchObject({ covered: false, code: 'grant_model' })
  })

  it.each<[string, Partial<CoverFacts>, PolicyErrorCode | undefined]>([
    ['another policy', { policy: digest('d') }, 'grant_policy'],
    ['another escalation', { escalation: digest('d') }, 'grant_escalation'],
    ['its own escalation', { escalation: digest('a') }, undefined],
    ['the millisecond it ends', { now: now + 60_000 }, 'grant_expired'],
    ['the millisecond before', { now: now + 59_999 }, undefined],
    ['a clock 5 s behind', { now: now - 65_000 }, undefined],
    ['a clock further behind', { now: now - 65_001 }, 'grant_not_yet_valid'],
  ])('looks at %s', (_name, changes, code) => {
    const coverage = covers(aGrant(), [aModel()], aContext, { ...facts, ...changes })
    expect(coverage).toMatchObject(code ? { covered: false, code } : { covered: true })
  })

  it('reaches no path that climbs out, whatever its globs', () => {
    const grant = aGrant({ paths: ['??/*.ts', '**'] })
    expect(covers(grant, [aModel()], { ...aContext, paths: ['../x.ts'] }, facts)).toMatchObject({
      code: 'grant_path',
    })
  })

  it.each([
    ['a negated glob', ['!src/**']],
    ['no glob', []],
  ])('reaches nothing by %s', (_name, paths) => {
    expect(covers(aGrant({ paths }), [aModel()], aContext, facts)).toMatchObject({ code: 'grant_path' })
  })
})

const run = (command: readonly string[]): CommandAct => ({
  type: 'command',
  command,
  cwd: '.',
  environment: [],
})
const to = (target: string): Act => ({ type: 'write', target })

describe('coversAct', () => {
  const command = aGrant({ type: 'command', command: ['npm', 'publish'] } as Partial<GrantDetail>)
  const inFolder = aGrant({
    type: 'command',
    command: ['npm', 'publish'],
    cwd: 'packages/a',
    environment: ['NPM_TOKEN'],
  } as Partial<GrantDetail>)
  const write = aGrant({ type: 'write', target: 'db:prod' } as Partial<GrantDetail>)

  it('permits exactly what was approved', () => {
    expect(coversAct(command, run(['npm', 'publish']), aContext, facts)).toEqual({ covered: true })
    expect(coversAct(write, to('db:prod'), aContext, facts)).toEqual({ covered: true })
    const there = { ...run(['npm', 'publish']), cwd: 'packages/a', environment: ['NPM_TOKEN'] }
    expect(coversAct(inFolder, there, aContext, facts)).toEqual({ covered: true })
  })

  it.each([
    ['fewer arguments', coversAct(command, run(['npm']), aContext, facts)],
    ['more arguments', coversAct(command, run(['npm', 'publish', '--tag']), aContext, facts)],
    ['arguments split elsewhere', coversAct(command, run(['npm publish']), aContext, facts)],
    [
      'another folder',
      coversAct(command, { ...run(['npm', 'publish']), cwd: 'packages/a' }, aContext, facts),
    ],
    [
      'a variable',
      coversAct(command, { ...run(['npm', 'publish']), environment: ['NPM_TOKEN'] }, aContext, facts),
    ],
    ['the top instead of a folder', coversAct(inFolder, run(['npm', 'publish']), aContext, facts)],
    ['another target', coversAct(write, to('db:prod2'), aContext, facts)],
    ['a grant for a write', coversAct(write, run(['npm', 'publish']), aContext, facts)],
    ['a grant for a command', coversAct(command, to('db:prod'), aContext, facts)],
    ['a grant for a model', coversAct(aGrant(), run(['npm']), aContext, facts)],
  ])('refuses %s', (_name, coverage) => {
    expect(coverage).toMatchObject({ covered: false, code: 'grant_command' })
  })

  it('is no permission for a model, and holds the work to the same scope', () => {
    expect(covers(command, [aModel()], aContext, facts)).toMatchObject({ code: 'grant_model' })
    expect(coversAct(command, run(['npm', 'publish']), without('task'), facts)).toMatchObject({
      code: 'grant_task',
    })
  })
})
