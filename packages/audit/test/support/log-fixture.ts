import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { AuditRecord } from '@policy/core'
import { createAuditLog, fileSink, generateLogKey } from '../../src/index.ts'

export const origin = 'example.com/acme/app/model-audit'

/** A folder that is gone when its scope ends. */
export async function temporaryFolder(): Promise<AsyncDisposable & { path: string }> {
  const path = await mkdtemp(join(tmpdir(), 'model-audit-'))
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) }
}

/** A finished call of a class audited in full. */
export function finishedCall(callId: string): AuditRecord {
  return {
    kind: 'call.finished',
    subject: 'ISSUE-12',
    data: {
      'model_policy.call_id': callId,
      'model_policy.source': 'guard',
      'model_policy.audit': 'full',
      'gen_ai.operation.name': 'chat',
      'gen_ai.request.model': 'gpt-5.3-codex',
      'model_policy.policy_digest': `sha256:${'0'.repeat(64)}`,
      'model_policy.outcome': 'complete',
      'model_policy.attempts': 1,
      'model_policy.duration_ms': 1200,
    },
  }
}

/** A call audited in full that is about to leave; its entry is about `size` bytes long. */
export function startedCall(callId: string, size: number): AuditRecord {
  return {
    kind: 'call.started',
    data: {
      'model_policy.call_id': callId,
      'model_policy.source': 'guard',
      'model_policy.audit': 'full',
      'gen_ai.operation.name': 'chat',
      'gen_ai.request.model': 'gpt-5.3-codex',
      'model_policy.policy_digest': `sha256:${'0'.repeat(64)}`,
      'model_policy.prompt_hash': `sha256:${'1'.repeat(64)}`,
      'model_policy.rationale': 'x'.repeat(Math.max(0, size - 560)),
      'model_policy.decision': 'allow',
    },
  }
}

/** Write a log of some calls and hand back its lines' count: the calls, the opening line, the closing summary. */
export async function writeLog(path: string, calls: number): Promise<number> {
  await using log = createAuditLog({ sinks: [fileSink({ path, durability: 'written' })], origin })
  await Promise.all(Array.from({ length: calls }, (_, index) => log.record(finishedCall(`call-${index}`))))
  return calls + 2
}

export const key = generateLogKey(origin)
