import { exitCode } from '../../command-line/exit-code.ts'
import type { CommandDefinition } from '../../command-line/command-definition.ts'

interface ProveOptions {
  log?: string
  line?: string
  id?: string
  since?: string
}

/** `audit prove`: the proof of one entry, or that the log has only grown since a checkpoint; `audit verify --proof` checks it. */
export const prove: CommandDefinition = (program, host, finish) => {
  program
    .command('prove')
    .description(
      'print the proof of one sealed entry, or of growth, as JSON; `audit verify --proof` checks it',
    )
    .option('--log <file>', "the log (default: this repository's MODEL_AUDIT.log)")
    .option('--line <number>', 'the entry in this line, counted from 1')
    .option('--id <id>', 'the entry with this id')
    .option('--since <file>', 'instead of an entry: that nothing was rewritten since this checkpoint')
    .action(
      finish(async (options: ProveOptions) => {
        const { prove } = await import('../../audit/prove.ts')
        host.out(`${JSON.stringify(await prove(host, options), null, 2)}\n`)
        return exitCode.ok
      }),
    )
}
