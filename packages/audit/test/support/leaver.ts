import type { AuditRecord } from '@policy/core'
import { createAuditLog, fileSink, stdoutSink } from '../../src/index.ts'
import { finishedCall, origin } from './log-fixture.ts'

/** A process that records and then ends in one of several ways, never with `close`. Arguments: way, path. */
const [way = '', path = ''] = process.argv.slice(2)

const counted = (): AuditRecord => {
  const record = finishedCall('counted') as AuditRecord & { kind: 'call.finished' }
  return { ...record, data: { ...record.data, 'model_policy.audit': 'summary' } }
}

if (way === 'stdout') {
  const log = createAuditLog({ sinks: [stdoutSink()], origin, summaryInterval: false })
  process.exitCode = 1
  for (let number = 0; number < 1000; number += 1) {
    try {
      await log.record(finishedCall(`call-${number}`))
    } catch {
      // The reader has gone; the system may notice with the second write only.
      process.exitCode = 7
      break
    }
  }
} else {
  const durability = way.startsWith('buffered') ? 'buffered' : 'durable'
  const log = createAuditLog({ sinks: [fileSink({ path, durability })], origin })
  for (let number = 0; number < 3; number += 1) await log.record(counted())
  for (let number = 0; number < 50; number += 1) {
    const taken = log.record(finishedCall(`call-${number}`))
    if (way !== 'durable, unawaited') await taken
  }
  if (way.endsWith('kill')) {
    await log.flush()
    process.kill(process.pid, 'SIGKILL')
  }
  if (way.endsWith('exit')) process.exit(3)
  if (way.endsWith('throw')) throw new Error('the application failed')
}
