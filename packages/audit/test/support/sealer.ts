import { sealLog } from '../../src/index.ts'

/** A process that seals a log again and again until it is killed, and prints the size after each seal. Arguments: path, key, origin. */
const [path = '', key = '', origin = ''] = process.argv.slice(2)
for (;;) {
  const { size } = await sealLog({ path, key, origin })
  process.stdout.write(`${size}\n`)
}
