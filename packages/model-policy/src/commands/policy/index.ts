import type { CommandDefinition } from '../../command-line/command-definition.ts'
import { exportPolicy } from './export.ts'
import { sign } from './sign.ts'
import { test } from './test.ts'
import { validate } from './validate.ts'

/** `policy`: what is done with the policy itself. */
export const policy: CommandDefinition = (program, host, finish) => {
  const group = program.command('policy').description('check, try, sign and export the policy')
  for (const define of [validate, test, sign, exportPolicy]) define(group, host, finish)
}
