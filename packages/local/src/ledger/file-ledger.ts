import { randomUUID } from 'node:crypto'
import { existsSync, statSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import {
  isRevoked,
  type IssuedGrant,
  type Ledger,
  PolicyError,
  type Revocation,
  type Spend,
  type SpendResult,
} from '@policy/core'
import { isMissing, readText } from '../files/read-text.ts'
import { writeText } from '../files/write-text.ts'
import { openRecordFile, type RecordFile } from './record-file.ts'

/** Where a ledger lies and which one it must be. */
export interface FileLedgerOptions {
  /** The folder, on a local disk, in the user's state: all working trees of a repository share it. */
  folder: string
  /** `led_` and a ULID: the ledger that the trust root names. */
  id: string
}

/** A spend as its line holds it. */
interface SpendRecord extends Pick<Spend, 'callId' | 'bodyDigest' | 'maxCalls'> {
  /** Tells the lines of one call apart, when two processes claim it at once. */
  claim: string
}

const files = (folder: string) => ({
  name: join(folder, 'ledger.json'),
  revocations: join(folder, 'revocations.jsonl'),
  spends: join(folder, 'spends'),
})

/**
 * Make a new ledger in a folder that has none; made explicitly, so that a ledger that was lost is missed.
 *
 * @throws `ledger_foreign` when the folder holds another one, `file_unreadable` when it cannot be written.
 */
export async function createFileLedger({ folder, id }: FileLedgerOptions): Promise<void> {
  const { name, revocations, spends } = files(folder)
  const existing = await readText(name)
  if (existing !== undefined) return requireName(existing, { folder, id })
  await mkdir(spends, { recursive: true, mode: 0o700 })
  openRecordFile(revocations, { create: true })[Symbol.dispose]()
  await writeText(name, `${JSON.stringify({ version: 1, id })}\n`, 0o600)
}

/**
 * A ledger in files that processes of one machine share: a claim is the position of its line, so no lock is needed and a process that
 * dies takes nothing with it but the call it claimed.
 *
 * @throws `ledger_missing` when there is none, `ledger_foreign` when it is another; the methods throw `ledger_missing` and `ledger_failed`.
 */
export async function fileLedger({ folder, id }: FileLedgerOptions): Promise<Ledger> {
  const { name, revocations, spends } = files(folder)
  requireName(await readText(name), { folder, id })

  const revoked = (grant: IssuedGrant) => {
    if (statSync(revocations).size === 0) return false
    using file = openRecordFile(revocations, { create: false })
    return isRevoked(grant, file.read().map(readRevocation))
  }
  const spendsFile = (jti: string) => {
    if (!/^[A-Za-z0-9_-]{1,128}$/.test(jti)) throw new Error(`${JSON.stringify(jti)} is no grant id`)
    return join(spends, `${jti}.jsonl`)
  }
  return {
    id,
    consume: (spend) =>
      guarded(folder, async () => {
        using file = openRecordFile(spendsFile(spend.jti), { create: true })
        if (revoked(spend)) {
          return { type: 'refused', code: 'grant_revoked', used: countedIn(file).size }
        }
        // awaited here, because the file closes at the end of this block
        return await spendIn(file, spend)
      }),
    revoke: (revocation) =>
      guarded(folder, async () => {
        using file = openRecordFile(revocations, { create: false })
        file.append(revocation)
        await file.sync()
      }),
    usage: (grant) =>
      guarded(folder, async () => {
        const path = spendsFile(grant.jti)
        const calls = existsSync(path) ? callsIn(path) : []
        return { used: calls.length, calls, revoked: revoked(grant) }
      }),
  }
}

/** Spend one call: the first lines of distinct calls, up to the limit, are the calls that count. */
async function spendIn(file: RecordFile, spend: Spend): Promise<SpendResult> {
  const { callId, bodyDigest, maxCalls } = spend
  const claim = randomUUID()
  const calls = countedIn(file)
  if (!calls.has(callId) && calls.size < maxCalls) {
    file.append({ callId, bodyDigest, maxCalls, claim } satisfies SpendRecord)
    count(calls, file)
  }
  const used = calls.size
  const mine = calls.get(callId)
  if (mine === undefined) return { type: 'refused', code: 'grant_spent', used }
  if (mine.bodyDigest !== bodyDigest) return { type: 'refused', code: 'grant_replayed', used }
  await file.sync()
  return { type: 'spent', used, replay: mine.claim !== claim }
}

function countedIn(file: RecordFile): Map<string, SpendRecord> {
  const calls = new Map<string, SpendRecord>()
  count(calls, file)
  return calls
}

function callsIn(path: string): string[] {
  using file = openRecordFile(path, { create: false })
  return [...countedIn(file).keys()]
}

/** Add the lines that count: the first of every call, while its grant had calls left; those that came too late in a race stay without effect. */
function count(calls: Map<string, SpendRecord>, file: RecordFile): void {
  for (const record of file.read() as SpendRecord[]) {
    if (!calls.has(record.callId) && calls.size < record.maxCalls) calls.set(record.callId, record)
  }
}

/** A line of the revocations; one that is whole and not understood stops everything, because it may mean any grant. */
function readRevocation(record: unknown): Revocation {
  const [name, ...others] = Object.keys(record as Revocation)
  const known = ['jti', 'escalation', 'kid', 'issuedBefore'].includes(String(name)) && others.length === 0
  if (!known) throw new Error(`a revocation is not understood: ${JSON.stringify(record)}`)
  return record as Revocation
}

function requireName(text: string | undefined, { folder, id }: FileLedgerOptions): void {
  if (text === undefined) throw missing(folder)
  let found: unknown
  try {
    found = (JSON.parse(text) as { id?: unknown }).id
  } catch (cause) {
    throw new PolicyError('ledger_foreign', `the ledger in ${folder} does not say which one it is`, { cause })
  }
  if (found === id) return
  throw new PolicyError('ledger_foreign', `the ledger in ${folder} is ${String(found)}, not ${id}`, {
    place: { file: folder },
  })
}

/** Whatever goes wrong while a ledger is asked is a refusal, never a yes. */
async function guarded<Answer>(folder: string, work: () => Promise<Answer>): Promise<Answer> {
  try {
    return await work()
  } catch (cause) {
    if (PolicyError.is(cause)) throw cause
    if (isMissing(cause)) throw missing(folder, cause)
    throw new PolicyError(
      'ledger_failed',
      `the ledger in ${folder} cannot say: ${(cause as Error).message}`,
      {
        cause,
        place: { file: folder },
      },
    )
  }
}

function missing(folder: string, cause?: unknown): PolicyError {
  return new PolicyError('ledger_missing', `there is no ledger in ${folder}`, {
    cause,
    place: { file: folder },
    remedy: 'a person makes one with `model-policy init`; what was granted before is then void',
  })
}
