import type { CommandDefinition } from '../../command-line/run.ts'
import { exportPolicy } from './export.ts'
import { sign } from './sign.ts'

/** `policy`: what is done with the policy itself. */
export const policy: CommandDefinition = (program, host, finish) => {
  const group = program.command('policy').description('sign and export the policy')
  for (const define of [sign, exportPolicy]) define(group, host, finish)
}
