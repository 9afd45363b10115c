import { createAuditLog, fileSink } from '../../src/index.ts'
import { origin, startedCall } from './log-fixture.ts'

/**
 * A process that writes entries to a log, several at once, and prints the id of each call once it is acknowledged.
 *
 * Arguments: path, name, how many, size of an entry in bytes, durability.
 */
const [path = '', name = '', count = '0', size = '0', given] = process.argv.slice(2)
const durability = given === 'written' ? 'written' : 'durable'
await using log = createAuditLog({ sinks: [fileSink({ path, durability })], origin, summaryInterval: false })
let next = 0

async function caller(): Promise<void> {
  while (next < Number(count)) {
    const id = `${name}-${next}`
    next += 1
    await log.record(startedCall(id, Number(size)))
    process.stdout.write(`${id}\n`)
  }
}

await Promise.all(Array.from({ length: 16 }, caller))
