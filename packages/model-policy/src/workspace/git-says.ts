import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import type { Host } from '../command-line/host.ts'

const execute = promisify(execFile)

/** What git prints in a working tree, by the repository's own settings alone; nothing where it finds nothing and exits with 1. */
export async function gitSays(
  { env }: Pick<Host, 'env'>,
  top: string,
  argv: readonly string[],
): Promise<string> {
  try {
    const { stdout } = await execute('git', argv, {
      cwd: top,
      env: {
        PATH: env['PATH'],
        GIT_CONFIG_GLOBAL: '/dev/null',
        GIT_CONFIG_NOSYSTEM: '1',
        XDG_CONFIG_HOME: '/dev/null',
      },
      maxBuffer: 2 ** 26,
    })
    return stdout
  } catch (error) {
    if ((error as { code?: unknown }).code === 1) return ''
    throw error
  }
}
