import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { openGuard } from '../src/index.ts'
import { about, entries, facts, yes } from './support/asked-office.ts'
import { type Office, openOffice } from './support/office.ts'

const script = "require('fs').appendFileSync('ran', 'x'); console.log(process.argv[1])"
const command = [process.execPath, '--eval', script, 'one']

/** An office in which a person has approved one run of a command. */
async function approved(
  argv: readonly string[] = command,
  options: readonly string[] = ['--path', '**'],
): Promise<Office> {
  const office = await openOffice()
  office.write('src/auth/session.ts', 'export const session = 2\n')
  const asked = await office.manager.type(['escalate', ...facts, ...about, ...options, '--', ...argv])
  if (asked.code !== 0) throw new Error(asked.err)
  const typed = await office.manager.type(['approve'], yes)
  if (typed.code !== 0) throw new Error(typed.err)
  return office
}

const exec = ({ manager }: Office, argv: readonly string[], options: readonly string[] = facts) =>
  manager.type(['exec', ...options, '--', ...argv])

describe('exec', () => {
  it('runs the approved command once, with its output, and records it', async () => {
    const office = await approved()
    expect(await exec(office, command)).toMatchObject({ code: 0, out: 'one\n', err: '' })
    expect(await exec(office, command)).toMatchObject({
      code: 2,
      err: expect.stringContaining('grant_spent'),
    })
    expect(office.read('ran')).toBe('x')
    const recorded = entries(office).filter(({ type }) => type.includes('.tool.'))
    expect(recorded.map(({ type }) => type)).toEqual([
      'dev.modelpolicy.tool.authorized.v1',
      'dev.modelpolicy.tool.authorized.v1',
      'dev.modelpolicy.tool.refused.v1',
    ])
    expect(recorded[1]?.data).toMatchObject({ 'process.exit.code': 0, 'model_policy.outcome': 'complete' })
  })

  it('runs nothing without an authorization, and says how to ask for one', async () => {
    const office = await openOffice()
    const typed = await exec(office, ['npm', 'publish', '--tag', 'a b'])
    expect(typed).toMatchObject({ code: 2, out: '' })
    expect(typed.err).toContain('authorization_missing')
    expect(typed.err).toContain("model-policy escalate -- npm publish --tag 'a b'")
  })

  it.each<[string, readonly string[], readonly string[]]>([
    ['a changed argument', [...command.slice(0, -1), 'two'], facts],
    ['a shell round it', ['sh', '-c', command.join(' ')], facts],
    ['another task', command, ['--task', 'ISSUE-13', ...facts.slice(2)]],
    ['another agent', command, facts.map((word) => (word === 'agent:bot' ? 'agent:other' : word))],
    ['another persona', command, facts.map((word) => (word === 'developer' ? 'designer' : word))],
    ['a variable', command, [...facts, '--env', 'TOKEN']],
  ])('runs nothing for %s', async (_name, argv, options) => {
    const office = await approved()
    expect(await exec(office, argv, options)).toMatchObject({ code: 2, out: '' })
    expect(existsSync(join(office.repository, 'ran'))).toBe(false)
  })

  it('measures the work from the commit that the grant names, wherever the agent would begin to count', async () => {
    const office = await approved(command, ['--path', 'src/**'])
    office.write('infra/prod.tf', 'x')
    office.git('add', '--all')
    office.git('commit', '--quiet', '--message', 'Leave the paths of the grant')
    expect(await exec(office, command)).toMatchObject({
      code: 2,
      err: expect.stringContaining('the work touches "infra/prod.tf" [grant_path]'),
    })
    expect(await exec(office, command, [...facts, '--base', 'HEAD'])).toMatchObject({
      code: 1,
      err: expect.stringContaining("unknown option '--base'"),
    })
    await using guard = await openGuard({
      cwd: office.repository,
      env: office.manager.env,
      agent: 'agent:bot',
      persona: 'developer',
      base: 'HEAD',
      context: { task: 'ISSUE-12', paths: ['src/auth/session.ts'] },
    })
    const run = guard.tool('run', () => 'ran', { effect: 'shell', command: () => command })
    await expect(run({})).rejects.toMatchObject({ code: 'grant_path' })
    expect(existsSync(join(office.repository, 'ran'))).toBe(false)
  })

  it('tells how the command ended', async () => {
    const failing = [process.execPath, '--eval', 'process.exit(7)']
    expect(await exec(await approved(failing), failing)).toMatchObject({
      code: 1,
      err: expect.stringContaining('ended with 7'),
    })
    const slow = [process.execPath, '--eval', 'setInterval(() => {}, 1000)']
    const ended = await exec(await approved(slow), slow, [...facts, '--timeout', '1', '--json'])
    expect(ended.code).toBe(1)
    expect(JSON.parse(ended.out)).toMatchObject({ type: 'stopped' })
  })

  it('shows the approver the exact command, letters that look alike spelt out', async () => {
    const office = await openOffice()
    office.write('src/auth/session.ts', 'export const session = 2\n')
    const argv = ['npm', 'publ\u0456sh', '--tag', '$(id)']
    await office.manager.type(['escalate', ...facts, ...about, '--env', 'NPM_TOKEN', '--', ...argv])
    const { err, out } = await office.manager.type(['approve'], ['no'])
    expect(err + out).toContain(String.raw`["npm","publ\u0456sh","--tag","$(id)"]`)
    expect(err + out).toContain('NPM_TOKEN')
  })

  it.each([
    ['a variable that loads code', ['--env', 'LD_PRELOAD']],
    ['a folder above', ['--cwd', '../other']],
  ])('does not even ask for %s', async (_name, options) => {
    const office = await openOffice()
    const typed = await office.manager.type([
      'escalate',
      ...facts,
      ...about,
      ...options,
      '--',
      'npm',
      'publish',
    ])
    expect(typed).toMatchObject({ code: 1, err: expect.stringContaining('escalation_malformed') })
  })
})
