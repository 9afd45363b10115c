import { deepEqual, equal } from 'node:assert/strict'
import type { Digest } from '../hash/digest.ts'
import type { Ledger, Revocation, Spend, SpendResult } from '../ledger/ledger.ts'

/** One check of a suite, for any test runner: `for (const { name, run } of suite) it(name, run)`. */
export interface SuiteCase {
  name: string
  /** Rejects with an `AssertionError` when the check fails. */
  run(): Promise<void>
}

/** The ledger under test. */
export interface LedgerSuiteOptions {
  /** Make a new, empty ledger. */
  open(): Promise<Ledger>
  /** Open a ledger again as another process would, where it outlives its process. */
  reopen?(ledger: Ledger): Promise<Ledger>
  /** Run every list of spends one after the other in a process of its own, all processes at once, on one ledger; give all results. */
  spendInProcesses?(ledger: Ledger, lists: readonly (readonly Spend[])[]): Promise<SpendResult[]>
}

const digest = (digit: string): Digest => `sha256:${digit.repeat(64)}`

const aSpend = (callId: string, changes: Partial<Spend> = {}): Spend => ({
  jti: 'A'.repeat(43),
  callId,
  bodyDigest: digest('a'),
  maxCalls: 3,
  exp: 4_000_000_000,
  issued: { kid: 'key-1', escalation: digest('e'), iat: 1000 },
  ...changes,
})

const other = { jti: 'B'.repeat(43), issued: { kid: 'key-2', escalation: digest('f'), iat: 1001 } }
const race = { processes: 8, attempts: 400, maxCalls: 25 }

/** What every ledger must do, as cases for any test runner. Used by our own ledgers and for yours. */
export function ledgerSuite(options: LedgerSuiteOptions): readonly SuiteCase[] {
  const { open, reopen, spendInProcesses } = options
  const withLedger = (name: string, check: (ledger: Ledger) => Promise<void>): SuiteCase => ({
    name,
    run: async () => check(await open()),
  })
  return [
    withLedger('spends a grant call by call, and no further', async (ledger) => {
      deepEqual(await ledger.consume(aSpend('a')), { type: 'spent', used: 1, replay: false })
      deepEqual(await ledger.consume(aSpend('b')), { type: 'spent', used: 2, replay: false })
      deepEqual(await ledger.consume(aSpend('c')), { type: 'spent', used: 3, replay: false })
      deepEqual(await ledger.consume(aSpend('d')), { type: 'refused', code: 'grant_spent', used: 3 })
      deepEqual(await ledger.usage(aSpend('')), { used: 3, calls: ['a', 'b', 'c'], revoked: false })
    }),
    withLedger('counts a call once however often it is retried, the last one too', async (ledger) => {
      const spend = aSpend('a', { maxCalls: 1 })
      await ledger.consume(spend)
      deepEqual(await ledger.consume(spend), { type: 'spent', used: 1, replay: true })
      deepEqual(await ledger.consume(spend), { type: 'spent', used: 1, replay: true })
    }),
    withLedger('refuses a call id for another request', async (ledger) => {
      await ledger.consume(aSpend('a'))
      const changed = aSpend('a', { bodyDigest: digest('b') })
      deepEqual(await ledger.consume(changed), { type: 'refused', code: 'grant_replayed', used: 1 })
      deepEqual(await ledger.consume(aSpend('a')), { type: 'spent', used: 1, replay: true })
    }),
    withLedger('keeps grants apart', async (ledger) => {
      await ledger.consume(aSpend('a', { maxCalls: 1 }))
      deepEqual(await ledger.consume(aSpend('a', other)), { type: 'spent', used: 1, replay: false })
    }),
    withLedger('knows nothing of a grant that nobody spent', async (ledger) => {
      deepEqual(await ledger.usage(aSpend('', { jti: 'C'.repeat(43) })), {
        used: 0,
        calls: [],
        revoked: false,
      })
    }),
    withLedger('takes any text for a call id', async (ledger) => {
      const ids = ['__proto__', '', '../a', 'a\nb', '"', '\\', '\u2028', '😀', 'x'.repeat(2000)]
      for (const id of ids) await ledger.consume(aSpend(id, { maxCalls: 20 }))
      deepEqual(await ledger.usage(aSpend('')), { used: ids.length, calls: ids, revoked: false })
    }),
    ...revocations.map(({ by, revocation }) =>
      withLedger(`refuses what is revoked by ${by}, retries included, and nothing else`, async (ledger) => {
        await ledger.consume(aSpend('a'))
        await ledger.revoke(revocation)
        deepEqual(await ledger.consume(aSpend('a')), { type: 'refused', code: 'grant_revoked', used: 1 })
        deepEqual(await ledger.consume(aSpend('b')), { type: 'refused', code: 'grant_revoked', used: 1 })
        deepEqual(await ledger.consume(aSpend('a', other)), { type: 'spent', used: 1, replay: false })
        deepEqual(await ledger.usage(aSpend('')), { used: 1, calls: ['a'], revoked: true })
        equal((await ledger.usage(aSpend('', other))).revoked, false)
      }),
    ),
    withLedger('refuses what was revoked before it was spent', async (ledger) => {
      await ledger.revoke({ issuedBefore: 2000 })
      deepEqual(await ledger.consume(aSpend('a')), { type: 'refused', code: 'grant_revoked', used: 0 })
    }),
    withLedger('passes exactly the calls of a grant when many come at once', async (ledger) => {
      const spends = Array.from({ length: race.attempts }, (_, index) =>
        aSpend(`call-${index}`, { maxCalls: race.maxCalls }),
      )
      await judgeRace(ledger, await Promise.all(spends.map((spend) => ledger.consume(spend))))
    }),
    withLedger('counts a call once when its retries come at once', async (ledger) => {
      const results = await Promise.all(Array.from({ length: 20 }, () => ledger.consume(aSpend('a'))))
      deepEqual(new Set(results.map(({ type, used }) => `${type} ${used}`)), new Set(['spent 1']))
      equal(results.filter((result) => result.type === 'spent' && !result.replay).length, 1)
    }),
    ...(reopen
      ? [
          withLedger('keeps what was spent and revoked', async (ledger) => {
            await ledger.consume(aSpend('a'))
            await ledger.consume(aSpend('a', other))
            await ledger.revoke({ jti: other.jti })
            const again = await reopen(ledger)
            equal(again.id, ledger.id)
            deepEqual(await again.consume(aSpend('a')), { type: 'spent', used: 1, replay: true })
            deepEqual(await again.consume(aSpend('b', other)), {
              type: 'refused',
              code: 'grant_revoked',
              used: 1,
            })
          }),
        ]
      : []),
    ...(spendInProcesses
      ? [
          withLedger(
            'passes exactly the calls of a grant when many processes come at once',
            async (ledger) => {
              const share = race.attempts / race.processes
              const lists = Array.from({ length: race.processes }, (_process, process) =>
                Array.from({ length: share }, (_call, call) =>
                  aSpend(`call-${process}-${call}`, { maxCalls: race.maxCalls }),
                ),
              )
              await judgeRace(ledger, await spendInProcesses(ledger, lists))
            },
          ),
        ]
      : []),
  ]
}

const revocations: readonly { by: string; revocation: Revocation }[] = [
  { by: 'its id', revocation: { jti: aSpend('').jti } },
  { by: 'its escalation', revocation: { escalation: digest('e') } },
  { by: 'its key', revocation: { kid: 'key-1' } },
  { by: 'the time of its issue', revocation: { issuedBefore: 1000 } },
]

async function judgeRace(ledger: Ledger, results: readonly SpendResult[]): Promise<void> {
  equal(results.length, race.attempts)
  equal(results.filter(({ type }) => type === 'spent').length, race.maxCalls)
  const refusals = results.filter((result) => result.type === 'refused')
  deepEqual(new Set(refusals.map(({ code }) => code)), new Set(['grant_spent']))
  const { used, calls } = await ledger.usage(aSpend(''))
  equal(used, race.maxCalls)
  equal(new Set(calls).size, race.maxCalls)
}
