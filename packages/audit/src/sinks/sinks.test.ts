import { mkdir, readFile, rename } from 'node:fs/promises'
import { join } from 'node:path'
import { Writable } from 'node:stream'
import { describe, it, onTestFinished } from 'vitest'
import { finishedCall, origin, temporaryFolder } from '../../test/support/log-fixture.ts'
import { receiver } from '../../test/support/receiver.ts'
import { createAuditLog } from '../log/create-audit-log.ts'
import { auditSinkSuite, type SinkUnderTest } from '../testing.ts'
import { fileSink } from './file-sink.ts'
import { filter } from './filter.ts'
import { httpSink } from './http-sink.ts'
import { memorySink } from './memory-sink.ts'
import type { AuditSink } from './sink.ts'
import { stdoutSink } from './stdout-sink.ts'
import { tee } from './tee.ts'

async function fileUnderTest(durability: 'durable' | 'written' | 'buffered'): Promise<SinkUnderTest> {
  const folder = await temporaryFolder()
  onTestFinished(() => folder[Symbol.asyncDispose]())
  const [here, away] = [join(folder.path, 'here'), join(folder.path, 'away')]
  await mkdir(here)
  const path = join(here, 'MODEL_AUDIT.log')
  return {
    sink: fileSink({ path, durability }),
    lines: async () => (await readFile(path, 'utf8')).split('\n').slice(0, -1),
    outage: { begin: () => rename(here, away), end: () => rename(away, here) },
  }
}

async function httpUnderTest(): Promise<SinkUnderTest> {
  const server = await receiver({ status: 202 })
  onTestFinished(() => server[Symbol.asyncDispose]())
  return {
    sink: httpSink({ url: server.url, retries: 0 }),
    lines: async () => server.taken,
    outage: {
      begin: async () => server.answer({ status: 503 }),
      end: async () => server.answer({ status: 200 }),
    },
  }
}

async function stdoutUnderTest(): Promise<SinkUnderTest> {
  const chunks: string[] = []
  const stream = new Writable({
    write(chunk, _encoding, done) {
      chunks.push(String(chunk))
      setImmediate(done)
    },
  })
  return { sink: stdoutSink({ stream }), lines: async () => chunks.join('').split('\n').slice(0, -1) }
}

function memoryUnderTest(): SinkUnderTest & { sink: ReturnType<typeof memorySink> } {
  const sink = memorySink()
  return { sink, lines: async () => sink.entries.map(({ line }) => line) }
}

const places: Record<string, () => Promise<SinkUnderTest>> = {
  'fileSink, durable': () => fileUnderTest('durable'),
  'fileSink, written': () => fileUnderTest('written'),
  'fileSink, buffered': () => fileUnderTest('buffered'),
  httpSink: httpUnderTest,
  stdoutSink: stdoutUnderTest,
  memorySink: async () => memoryUnderTest(),
  'tee of two': async () => {
    const [first, second] = [memoryUnderTest(), await fileUnderTest('written')]
    return { ...second, sink: tee(first.sink, second.sink) }
  },
  filter: async () => {
    const { sink, lines } = memoryUnderTest()
    return { sink: filter(sink, (event) => event.type.includes('tool')), lines }
  },
}

describe.each(Object.entries(places))('%s', (_name, open) => {
  for (const { name, run } of auditSinkSuite({ open })) it(name, run)
})

describe('filter', () => {
  it('passes over what is not wanted', async ({ expect }) => {
    const { sink, lines } = memoryUnderTest()
    const none = filter(sink, () => false)
    for (const { name, run } of auditSinkSuite({ open: async () => ({ sink: none, lines }) })) {
      if (name.startsWith('takes')) await expect(run()).rejects.toThrow()
    }
    expect(await lines()).toEqual([])
  })

  it('opens, flushes and closes a sink that is an instance of a class', async ({ expect }) => {
    class Recorder implements AuditSink {
      readonly name = 'recorder'
      readonly done: string[] = []
      open() {
        this.done.push('open')
      }
      async append() {
        this.done.push('append')
      }
      async flush() {
        this.done.push('flush')
      }
      async close() {
        this.done.push('close')
      }
    }
    const recorder = new Recorder()
    const log = createAuditLog({ sinks: [filter(recorder, () => true)], origin, summaryInterval: false })
    await log.record(finishedCall('call-1'))
    await log.close()
    expect(recorder.done).toEqual(['open', 'append', 'flush', 'close'])
  })
})
