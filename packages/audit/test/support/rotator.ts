import { rotateLog } from '../../src/index.ts'

/** A process that rotates a log again and again until it is killed, and prints where each went. Arguments: path, key, origin. */
const [path = '', key = '', origin = ''] = process.argv.slice(2)
for (;;) {
  const { archive } = await rotateLog({ path, key, origin })
  process.stdout.write(`${archive}\n`)
}
