/**
 * Grants: the first verification of a token beside `crypto.verify` alone, later ones of the same token, and `fileLedger().consume`
 * beside the sync that it cannot do without.
 *
 * Every first verification is of another token; rounds alternate, so that both sides see the same machine. The ledger's peer appends a
 * line of the same length to an open file and waits for the same `fdatasync`, on the same disk.
 */
import { createPublicKey, randomBytes, verify } from 'node:crypto'
import { fdatasync, mkdtempSync, openSync, realpathSync, rmSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import {
  definePolicy,
  defaultPolicy,
  type Escalation,
  escalationDigest,
  generateKeyPair,
  grantClaims,
  grantVerifier,
  keyring,
  renderEscalation,
  signGrant,
  type Spend,
  ulid,
} from '@policy/core'
import { createFileLedger, fileLedger } from '@policy/local'

const tokens = 400
const again = 200_000
const grants = 16
const now = Date.now()

const person = 'github:1'
const policy = await definePolicy({
  ...defaultPolicy,
  escalation: {
    ...defaultPolicy.escalation,
    approvers: { ...defaultPolicy.escalation.approvers, people: [person] },
  },
})
const [approver, agent] = [await generateKeyPair(), await generateKeyPair()]
const id = `led_${ulid(now, randomBytes(10))}`
const escalation: Escalation = {
  escalation: 1,
  id: `esc_${ulid(now, randomBytes(10))}`,
  task: 'ISSUE-12',
  agent: 'agent:bench',
  agentKey: agent.publicJwk,
  persona: 'developer',
  request: { model: 'gpt-5.3-codex' },
  repo: 'github.com/acme/app',
  ledger: id,
  base: '0'.repeat(40),
  reasons: ['complexity'],
  summary: 'Split the session store out of the auth module',
  measured: { changedFiles: 12, changedLines: 850, modules: 4, sensitive: ['src/auth/session.ts'] },
  paths: ['src/auth/**', 'src/session/**'],
  estimate: { promptTokens: 42_000, outputs: ['src/session/**'] },
  policy: policy.digest,
}
const keys = keyring([
  {
    kid: approver.kid,
    role: 'approver',
    subject: person,
    key: approver.publicJwk,
    personas: ['project-manager'],
    notBefore: '2020-01-01T00:00:00Z',
  },
])
const digest = escalationDigest(renderEscalation(escalation))
const mint = (event: string) =>
  signGrant(
    grantClaims(
      { escalation, digest },
      { policy, by: person, basis: 'approval', uri: 'file:escalation.md', event, now },
    ),
    approver.privateJwk,
  )

const microsecondsOf = async (work: () => unknown): Promise<number> => {
  const start = performance.now()
  await work()
  return (performance.now() - start) * 1000
}
const sorted = (values: readonly number[]) => values.toSorted((one, other) => one - other)
const at = (values: readonly number[], part: number) =>
  sorted(values)[Math.floor(values.length * part)] ?? Number.NaN
const shown = (values: readonly number[]) =>
  `${at(values, 0.5).toFixed(0)} µs (p10 ${at(values, 0.1).toFixed(0)}, p90 ${at(values, 0.9).toFixed(0)})`

async function verification(): Promise<void> {
  const verifyHere = grantVerifier({ keys, issuer: escalation.repo, ledger: id, policy, clock: () => now })
  const minted = await Promise.all(Array.from({ length: tokens }, (_, index) => mint(`event-${index}`)))
  const key = createPublicKey({ key: { ...approver.publicJwk }, format: 'jwk' })
  const parts = minted.map((token) => {
    const end = token.lastIndexOf('.')
    return {
      signed: Buffer.from(token.slice(0, end)),
      signature: Buffer.from(token.slice(end + 1), 'base64url'),
    }
  })
  // correct first: jose is loaded by this one, as it is by the first grant of a process
  const grant = await verifyHere(await mint('warm'))
  if (grant.sub !== person || !parts.every(({ signed, signature }) => verify(null, signed, key, signature))) {
    throw new Error('a good grant was not accepted')
  }
  const [alone, first]: [number[], number[]] = [[], []]
  for (const [index, token] of minted.entries()) {
    const part = parts[index]
    if (part) alone.push(await microsecondsOf(() => verify(null, part.signed, key, part.signature)))
    first.push(await microsecondsOf(() => verifyHere(token)))
  }
  const [token = ''] = minted
  const later = await microsecondsOf(async () => {
    for (let time = 0; time < again; time++) await verifyHere(token)
  })
  console.log(`crypto.verify alone    ${shown(alone)}`)
  console.log(
    `first verification     ${shown(first)}: ${(at(first, 0.5) / at(alone, 0.5)).toFixed(2)} × crypto.verify (target 2.5)`,
  )
  console.log(`later, the same token  ${(later / again).toFixed(2)} µs (target 3)`)
}

async function spending(): Promise<void> {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'model-policy-bench-')))
  try {
    await createFileLedger({ folder, id })
    const ledger = await fileLedger({ folder, id })
    const peer = openSync(join(folder, 'peer'), 'a')
    const sync = promisify(fdatasync)
    const spend = (grant: number, call: number): Spend => ({
      jti: String(grant).padStart(43, 'A'),
      callId: `0190163d-8694-739b-aea5-${String(call).padStart(12, '0')}`,
      bodyDigest: digest,
      maxCalls: 25,
      exp: now,
      issued: { kid: approver.kid, escalation: digest, iat: now },
    })
    const line =
      `\n${JSON.stringify({ ...spend(0, 0), claim: '0190163d-8694-739b-aea5-000000000000' })}\n`.slice(-230)
    const [own, consumed]: [number[], number[]] = [[], []]
    for (let grant = 0; grant < grants; grant++) {
      for (let call = 0; call < 25; call++) {
        own.push(
          await microsecondsOf(async () => {
            writeSync(peer, line)
            await sync(peer)
          }),
        )
        consumed.push(await microsecondsOf(() => ledger.consume(spend(grant, call))))
      }
      const { type, used } = await ledger.consume(spend(grant, 25))
      if (type !== 'refused' || used !== 25) throw new Error('the ledger let a call too many pass')
    }
    console.log(`append and fdatasync   ${shown(own)}`)
    console.log(
      `consume                ${shown(consumed)}: ${(at(consumed, 0.5) / at(own, 0.5)).toFixed(2)} × its own sync (target 2)`,
    )
  } finally {
    rmSync(folder, { recursive: true })
  }
}

await verification()
await spending()
