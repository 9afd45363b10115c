import { describe, expect, it } from 'vitest'
import { anEscalation, aPolicy, manager, now } from '../../test/approved-work.ts'
import { escalationDigest } from '../escalation/escalation-digest.ts'
import type { Escalation } from '../escalation/escalation.ts'
import { renderEscalation } from '../escalation/render-escalation.ts'
import { grantClaims } from './grant-claims.ts'

const policy = aPolicy()

function claimsOf(changes: Partial<Escalation> = {}, event = 'e') {
  const escalation = anEscalation(changes)
  const digest = escalationDigest(renderEscalation(escalation))
  return grantClaims(
    { escalation, digest },
    { policy, by: manager, basis: 'approval', uri: 'file:x', event, now },
  )
}

describe('grantClaims', () => {
  it('binds a grant to everything that the escalation says', () => {
    const { authorization_details, ...claims } = claimsOf()
    expect(claims).toMatchSnapshot()
    expect(authorization_details).toEqual([
      {
        type: 'model_call',
        models: ['gpt-5.3-codex'],
        locations: ['github.com/acme/app'],
        task: 'ISSUE-12',
        personas: ['developer'],
        paths: ['src/auth/**', 'src/session/**'],
        max_calls: 25,
      },
    ])
  })

  it.each<[string, Escalation['request'], object]>([
    ['an alias by its provider id', { model: 'codex' }, { type: 'model_call', models: ['gpt-5.3-codex'] }],
    ['tools', { model: 'gpt-5.3-codex', tools: ['mcp'] }, { type: 'model_call', tools: ['mcp'] }],
    [
      'a command, once',
      { command: ['npm', 'publish'], cwd: 'packages/a', environment: ['NPM_TOKEN'] },
      {
        type: 'command',
        command: ['npm', 'publish'],
        cwd: 'packages/a',
        environment: ['NPM_TOKEN'],
        max_calls: 1,
      },
    ],
    ['a write, once', { write: 'db:prod' }, { type: 'write', target: 'db:prod', max_calls: 1 }],
  ])('grants %s', (_name, request, detail) => {
    expect(claimsOf({ request }).authorization_details[0]).toMatchObject(detail)
  })

  it('has one id for one approval of one escalation', () => {
    expect(claimsOf().jti).toBe(claimsOf().jti)
    const ids = [
      claimsOf(),
      claimsOf({}, 'another'),
      claimsOf({ task: 'ISSUE-13' }),
      claimsOf({ request: { write: 'x' } }),
    ]
    expect(new Set(ids.map(({ jti }) => jti)).size).toBe(4)
  })
})
