import * as files from 'node:fs/promises'
import { createRequire, syncBuiltinESMExports } from 'node:module'

/**
 * A process that takes a lock and is killed just after its call to the file system with a certain number, unless it makes fewer.
 *
 * Arguments: path, number.
 */
const [path = '', number = '0'] = process.argv.slice(2)
const real = createRequire(import.meta.url)('node:fs/promises') as Record<
  string,
  (...input: unknown[]) => Promise<unknown>
>
let calls = 0

for (const name of ['symlink', 'readlink', 'unlink', 'rename', 'link'] as const) {
  const call = files[name] as (...input: unknown[]) => Promise<unknown>
  real[name] = async (...input) => {
    calls += 1
    try {
      return await call(...input)
    } finally {
      if (calls === Number(number)) process.kill(process.pid, 'SIGKILL')
    }
  }
}
syncBuiltinESMExports()

const { withSealerLock } = await import('../../src/seal/sealer-lock.ts')
await withSealerLock(path, async () => {})
