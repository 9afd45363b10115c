import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { openGuard } from '../src/index.ts'
import { entries, facts } from './support/asked-office.ts'
import { developer, type MintingOffice, openMintingOffice } from './support/minting-office.ts'

const script = "require('fs').appendFileSync('ran', 'x'); console.log(process.argv[1]); process.exitCode = 7"
const command = [process.execPath, '--eval', script, 'alpha']
const changed = [...command.slice(0, -1), 'omega']
const target = 'db:prod/users'

const ways: [string, (made: MintingOffice) => object | undefined][] = [
  ['a label', ({ putLabel }) => putLabel()],
  ['a review', ({ approveHead }) => void approveHead()],
]

const exec = ({ run }: MintingOffice, argv: readonly string[]) => run(['exec', ...facts, '--', ...argv])
const refusal = async ({ office }: MintingOffice, argv: readonly string[]) => {
  const { code, err } = await office.agent.type(['exec', ...facts, '--', ...argv])
  return `${code} ${/\[([a-z_]+)\]$/m.exec(err)?.[1]}`
}

const tools = ({ office }: MintingOffice) => entries(office).filter(({ type }) => type.includes('.tool.'))

describe.each(ways)('authorized on the pull request by %s', (_name, approve) => {
  it('one command runs once, exactly as it was approved, and is recorded with how it ended', async () => {
    const made = await openMintingOffice()
    await made.ask(['--', ...command])
    expect(await refusal(made, command)).toBe('2 authorization_missing')
    expect(await made.mint(approve(made))).toMatchObject({ code: 0, err: '' })
    const comments = await made.comments()
    expect(comments).toContain(JSON.stringify(command))
    expect(await made.run(['grant', 'add', '-'], comments)).toMatchObject({ code: 0, err: '' })

    expect(await refusal(made, changed)).toBe('2 grant_command')
    expect(existsSync(join(made.office.repository, 'ran'))).toBe(false)
    expect(await exec(made, command)).toMatchObject({ code: 1, out: 'alpha\n' })
    expect(await refusal(made, command)).toBe('2 grant_spent')
    expect(made.office.read('ran')).toBe('x')

    const [missing, other, before, after, again] = tools(made)
    expect([missing, other, again].map((entry) => entry?.data['model_policy.code'])).toEqual([
      'authorization_missing',
      'grant_command',
      'grant_spent',
    ])
    expect(before?.type).toBe('dev.modelpolicy.tool.authorized.v1')
    expect(before?.data).not.toHaveProperty(['process.exit.code'])
    expect(after).toMatchObject({
      type: 'dev.modelpolicy.tool.authorized.v1',
      data: { ...before?.data, 'process.exit.code': 7, 'model_policy.outcome': 'error' },
    })
  })

  it('one target is written once, and no other', async () => {
    const made = await openMintingOffice()
    await made.ask(['--write', target])
    expect(await made.mint(approve(made))).toMatchObject({ code: 0, err: '' })
    const comments = await made.comments()
    expect(comments).toContain(target)
    expect(await made.run(['grant', 'add', '-'], comments)).toMatchObject({ code: 0, err: '' })

    const { repository, agent } = made.office
    const options = { cwd: repository, env: agent.env, agent: 'agent:bot', persona: 'developer' }
    await using guard = await openGuard(options)
    const written: string[] = []
    const write = guard.tool('write', (to: string) => written.push(to), {
      effect: 'productionWrite',
      target: (to) => to,
      context: { task: 'ISSUE-12' },
    })
    await expect(write('db:prod/orders')).rejects.toMatchObject({ code: 'grant_command' })
    await write(target)
    await expect(write(target)).rejects.toMatchObject({ code: 'grant_spent' })
    expect(written).toEqual([target])
    expect(tools(made).map(({ data }) => data['model_policy.outcome'] ?? data['model_policy.code'])).toEqual([
      'grant_command',
      undefined,
      'complete',
      'grant_spent',
    ])
  })
})

describe('nothing is minted', () => {
  it.each<[string, (made: MintingOffice) => Promise<object | undefined>, string]>([
    [
      'for a label by somebody whom the policy does not list',
      async (made) => made.putLabel(developer),
      'approval_unlisted',
    ],
    [
      'for a review by somebody whom the policy does not list',
      async (made) => void made.approveHead(developer),
      'approval_missing',
    ],
    [
      'for a command that was changed after the label',
      async (made) => {
        const payload = made.putLabel()
        made.alter('alpha', 'omega')
        return payload
      },
      'escalation_altered',
    ],
    [
      'for a command that was changed after the review',
      async (made) => {
        made.approveHead()
        made.alter('alpha', 'omega')
        return undefined
      },
      'escalation_altered',
    ],
  ])('%s, and nothing runs', async (_name, approve, code) => {
    const made = await openMintingOffice()
    await made.ask(['--', ...command])
    expect(await made.mint(await approve(made))).toMatchObject({
      code: 1,
      err: expect.stringContaining(`[${code}]`),
    })
    expect(await made.comments()).toBe('')
    for (const argv of [command, changed]) expect(await refusal(made, argv)).toBe('2 authorization_missing')
    expect(existsSync(join(made.office.repository, 'ran'))).toBe(false)
  })
})
