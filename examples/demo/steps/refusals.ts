import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Approval, type Approvals, generateKeyPair, type GrantClaims, signGrant } from '@policy/core'
import type { Guard, OpenGuardOptions } from 'model-policy'
import type { Workshop } from '../workshop.ts'

/** Step g: everything that must not work any more, or never did. */
export async function attacks(
  workshop: Workshop,
  guard: Guard,
  approval: Approval | undefined,
): Promise<void> {
  const token = approval?.token ?? ''
  await spendTheRest(workshop, guard)
  const forged = await forge(token)
  await refused(workshop, 'a forged grant', 'grant_forged', only(forged))
  await refused(workshop, 'an expired grant', 'grant_expired', {
    ...only(token),
    clock: () => Date.now() + 9 * 3_600_000,
  })
  await refused(workshop, "another agent's grant", 'grant_agent', {
    ...only(token),
    agent: 'agent:other-bot',
  })
  await refuseEditedPolicy(workshop)
}

async function spendTheRest({ narrator, server, client }: Workshop, guard: Guard): Promise<void> {
  const openai = guard.wrap(client(), { task: 'ISSUE-12' })
  const before = server.requests.length
  let error: unknown
  for (let calls = 0; error === undefined && calls < 100; calls++) {
    error = await openai.responses.create({ model: 'gpt-5.3-codex', input: `part ${calls}` }).then(
      () => undefined,
      (thrown: unknown) => thrown,
    )
  }
  const passed = server.requests.length - before
  narrator.show('calls left', passed)
  tell(narrator, 'a call beyond the last', error)
  narrator.expect(
    '24 of 25 calls were left, the next is refused as spent',
    passed === 24 && codeOf(error) === 'grant_spent',
  )
}

async function refused(
  { narrator, server, client, openGuard }: Workshop,
  what: string,
  code: string,
  options: OpenGuardOptions,
): Promise<void> {
  const before = server.requests.length
  const guard = await openGuard(options)
  try {
    const openai = guard.wrap(client(), { task: 'ISSUE-12' })
    const error = await openai.responses.create({ model: 'gpt-5.3-codex', input: 'Let me in' }).then(
      () => undefined,
      (thrown: unknown) => thrown,
    )
    tell(narrator, what, error)
    narrator.expect(
      `${what} is refused with ${code}, and the server saw nothing`,
      codeOf(error) === code && server.requests.length === before,
    )
  } finally {
    await guard.close()
  }
}

async function refuseEditedPolicy({ narrator, repository, openGuard }: Workshop): Promise<void> {
  const file = join(repository, 'model-policy.yaml')
  const policy = readFileSync(file, 'utf8')
  writeFileSync(file, policy.replace('[gpt-5-mini]', '[gpt-5-mini, gpt-5.2-codex]'))
  const error = await openGuard().then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  writeFileSync(file, policy)
  tell(narrator, 'an edited policy', error)
  narrator.expect(
    'a policy that the agent opened for itself is refused with policy_altered',
    codeOf(error) === 'policy_altered',
  )
}

/** The claims of a real grant, signed with a key of one's own. */
async function forge(token: string): Promise<string> {
  const [header = '', payload = ''] = token.split('.')
  const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as GrantClaims
  const { privateJwk } = await generateKeyPair()
  const signature = (await signGrant(claims, privateJwk)).split('.')[2]
  return [header, payload, signature].join('.')
}

const only = (grant: string): OpenGuardOptions => ({ approvals: holding(grant) })

function holding(grant: string): Approvals {
  return {
    request: () => Promise.reject(new Error('nobody is asked here')),
    find: async () => undefined,
    grants: async () => [grant],
  }
}

const codeOf = (error: unknown) => (error as { code?: unknown } | undefined)?.code

function tell(narrator: Workshop['narrator'], what: string, error: unknown): void {
  narrator.show('tried', what)
  narrator.show('code', codeOf(error))
  if (error instanceof Error) narrator.quote(error.message)
}
