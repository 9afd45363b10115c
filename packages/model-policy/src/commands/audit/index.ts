import type { CommandDefinition } from '../../command-line/command-definition.ts'
import { evidence } from './evidence.ts'
import { key } from './key.ts'
import { prove } from './prove.ts'
import { rotate } from './rotate.ts'
import { seal } from './seal.ts'
import { summary } from './summary.ts'
import { tail } from './tail.ts'
import { verify } from './verify.ts'

/** `audit`: what is done with the record. */
export const audit: CommandDefinition = (program, host, finish) => {
  const group = program.command('audit').description('seal, verify, prove and read the audit log')
  for (const define of [summary, tail, seal, rotate, key, verify, prove, evidence])
    define(group, host, finish)
}
