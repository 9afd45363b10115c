import { StringDecoder } from 'node:string_decoder'
import { randomUUID } from 'node:crypto'
import { grantVerifier, isSignedBy, PolicyError, signToken, thumbprint } from '@policy/core'
import { execAuthorized, type ExecResult } from '@policy/local'
import type { Host } from '../command-line/host.ts'
import { openApprovals } from '../workspace/open-approvals.ts'
import { type AgentKeyPair, findAgentKey } from '../workspace/open-agent-key.ts'
import { measureWork } from '../workspace/measure-work.ts'
import { openAuditLog } from '../workspace/open-audit-log.ts'
import { openLedger, openWorkspace } from '../workspace/open-workspace.ts'

/** Who runs a command, for what, and with what. */
export interface ExecHereOptions {
  task?: string
  agent?: string
  persona?: string
  /** Names of variables to hand on. */
  env: readonly string[]
  /** Whole seconds. */
  timeout: string
  onOutput: (stream: 'stdout' | 'stderr', text: string) => void
}

/**
 * Run a command under this repository's policy, grants, ledger and audit log, in the folder at hand.
 *
 * @throws `usage`, and what `openWorkspace`, the ledger and the log throw.
 */
export async function execHere(
  host: Pick<Host, 'cwd' | 'env' | 'clock'>,
  command: readonly string[],
  options: ExecHereOptions,
): Promise<ExecResult> {
  const { agent, persona, task, env: environment, onOutput } = options
  const timeout = milliseconds(options.timeout)
  const workspace = await openWorkspace(host)
  const { policy, keys, repository, repositoryId } = workspace
  const passphrase = host.env['MODEL_POLICY_PASSPHRASE'] ?? ''
  const key = agent === undefined ? undefined : await findAgentKey(workspace, agent, passphrase)
  const agentKey = key === undefined ? undefined : await provenKey(key)
  const ledger = await openLedger(workspace)
  await using audit = openAuditLog(workspace, { clock: host.clock, summaries: false })
  using stopping = stopSignal()
  // a letter may come in two pieces
  const decoders = { stdout: new StringDecoder(), stderr: new StringDecoder() }
  const approvals = openApprovals(workspace, host)
  return await execAuthorized(command, {
    repository,
    policy,
    ledger,
    verify: grantVerifier({ policy, keys, ledger: ledger.id, issuer: repositoryId, clock: host.clock }),
    tokens: await approvals.grants(),
    fetchGrants: approvals.fetchGrants,
    measure: async (base) => (await measureWork(workspace, { base })).measured,
    context: {
      repo: repositoryId,
      ...(agent === undefined ? {} : { agent }),
      ...(agentKey === undefined ? {} : { agentKey }),
      ...(persona === undefined ? {} : { persona }),
      ...(task === undefined ? {} : { task }),
    },
    audit,
    randomId: randomUUID,
    now: host.clock(),
    cwd: host.cwd,
    env: host.env,
    environment,
    timeout,
    signal: stopping.signal,
    onOutput: (stream, bytes) => onOutput(stream, decoders[stream].write(bytes)),
  })
}

/** The thumbprint of an agent's key, once its private half has signed for its public one. */
async function provenKey({ publicJwk, privateJwk }: AgentKeyPair): Promise<string> {
  const proof = await signToken({ nonce: randomUUID() }, 'proof+jwt', privateJwk)
  if (await isSignedBy(proof, publicJwk)) return thumbprint(publicJwk)
  throw new PolicyError('key_missing', 'the private agent key does not belong to the public one')
}

function milliseconds(seconds: string): number {
  if (/^[1-9]\d{0,5}$/.test(seconds)) return Number(seconds) * 1000
  throw new PolicyError('usage', `--timeout is ${JSON.stringify(seconds)}, not a number of seconds`)
}

/** Ends when somebody interrupts this process: the command leads a process group of its own, which a terminal does not reach. */
function stopSignal(): Disposable & { signal: AbortSignal } {
  const controller = new AbortController()
  const stop = () => controller.abort()
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
  for (const name of signals) process.once(name, stop)
  return {
    signal: controller.signal,
    [Symbol.dispose]() {
      for (const name of signals) process.removeListener(name, stop)
    },
  }
}
