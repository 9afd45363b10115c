import { openGuard, type OpenGuardOptions } from '../src/index.ts'
import { describe, expect, it } from 'vitest'
import { askedOffice, yes } from './support/asked-office.ts'
import { openMintingOffice } from './support/minting-office.ts'
import { type Office, passphrase } from './support/office.ts'

// What changes round a guard while it lives.

const open = ({ repository, manager }: Office, options: OpenGuardOptions = {}) =>
  openGuard({
    cwd: repository,
    env: manager.env,
    agent: 'agent:bot',
    persona: 'developer',
    context: { task: 'ISSUE-12' },
    ...options,
  })

/** An office in which `agent:bot` may call Codex. */
async function approvedOffice(): Promise<Office> {
  const office = await askedOffice()
  const typed = await office.manager.type(['approve'], yes)
  if (typed.code !== 0) throw new Error(typed.err)
  return office
}

async function typed(office: Office, argv: string[], answers: string[] = []): Promise<string> {
  const { code, out, err } = await office.manager.type(argv, answers)
  if (code !== 0) throw new Error(err)
  return out
}

const codex = { model: 'gpt-codex-5.3' }

describe('a guard that lives on', () => {
  it('takes no grant any more once the key that signed it is revoked', async () => {
    const office = await approvedOffice()
    await using guard = await open(office)
    expect(await guard.check(codex)).toMatchObject({ type: 'allow' })
    const keys = JSON.parse(await typed(office, ['keys', 'list', '--json'])) as {
      kid: string
      role: string
    }[]
    const approver = keys.find(({ role }) => role === 'approver')?.kid ?? ''
    await typed(office, ['keys', 'revoke', approver])
    await typed(office, ['policy', 'sign'], [passphrase])
    await expect(guard.check(codex)).rejects.toMatchObject({
      code: 'policy_changed',
      message: expect.stringContaining('serial 2'),
    })
    // what needs no grant stays as the policy says under which the guard was opened
    expect(await guard.check({ model: 'gpt-5-mini' })).toMatchObject({ type: 'allow' })
    await using anew = await open(office)
    expect(await anew.check(codex)).toMatchObject({ code: 'grant_key_revoked' })
  })

  it('goes on under the same policy signed anew, and takes no grant under a signature that does not count', async () => {
    const office = await approvedOffice()
    await using guard = await open(office)
    const signature = office.read('.model-policy/policy.sig')
    office.write('.model-policy/policy.sig', `${signature}\n`)
    // the grant verifies; that the file was touched is what it does not cover
    expect(await guard.check(codex)).toMatchObject({ code: 'grant_path' })
    office.write('.model-policy/policy.sig', 'nonsense')
    await expect(guard.check(codex)).rejects.toMatchObject({ code: expect.stringMatching(/^policy_/) })
    office.write('.model-policy/policy.sig', signature)
    expect(await guard.check(codex)).toMatchObject({ type: 'allow' })
  })

  it('holds to a rule on branches as the work moves from one to another', async () => {
    const office = await approvedOffice()
    const rule =
      '\n  - { id: none-on-main, when: { branch: [main] }, then: deny, because: main is for people }\n'
    office.write(
      'model-policy.yaml',
      office.read('model-policy.yaml').replace(/^rules:.*$/m, `rules:${rule}`),
    )
    await typed(office, ['policy', 'sign'], [passphrase])
    await using guard = await open(office)
    const mini = { model: 'gpt-5-mini' }
    expect(await guard.check(mini)).toMatchObject({ type: 'allow' })
    office.git('checkout', '--quiet', 'main')
    expect(await guard.check(mini)).toMatchObject({ code: 'rule_denied' })
    office.git('checkout', '--quiet', '--detach')
    expect(await guard.check(mini)).toMatchObject({ code: 'rule_denied' })
  })

  it('looks for grants on the pull request of the branch that is checked out by then', async () => {
    const { office, github, ask } = await openMintingOffice()
    await ask(['--model', 'gpt-codex-5.3'])
    office.git('checkout', '--quiet', 'main')
    // the request lies there, as it does where it is not committed yet
    office.git('checkout', '--quiet', 'work', '--', 'escalation.md')
    const env = { ...office.agent.env, GITHUB_TOKEN: 'token', GITHUB_API_URL: github.url }
    await using guard = await open(office, { env })
    const branches = () => github.requests.flatMap((one) => /head=acme%3A(\w+)/.exec(one)?.[1] ?? [])
    expect(await guard.check(codex)).toMatchObject({ type: 'escalate' })
    expect(branches()).toEqual(['main'])
    office.git('checkout', '--quiet', '--force', 'work')
    await guard.check(codex)
    expect(branches()).toEqual(['main', 'work'])
  })

  it('takes a part given as undefined for one that was not given', async () => {
    const office = await approvedOffice()
    const nothing = { policy: undefined, ledger: undefined, measure: undefined, approvals: undefined }
    await using guard = await open(office, nothing as unknown as OpenGuardOptions)
    expect(await guard.check(codex)).toMatchObject({ type: 'allow' })
    office.write('infra/prod.tf', 'resource "aws_instance" "web" {}\n')
    expect(await guard.check(codex)).toMatchObject({ code: 'grant_path' })
  })
})
