import { exitCode } from '../../command-line/exit-code.ts'
import type { CommandDefinition } from '../../command-line/command-definition.ts'
import { withLogOptions } from './options.ts'

interface TailOptions {
  log?: string
  lines: string
  follow?: boolean
  json?: boolean
}

/** `audit tail`: the newest entries, a line each. */
export const tail: CommandDefinition = (program, host, finish) => {
  withLogOptions(program.command('tail'))
    .description('print the newest entries, a line each')
    .option('--lines <count>', 'how many', '10')
    .option('--follow', 'go on with what is appended, until interrupted')
    .action(
      finish(async (options: TailOptions) => {
        const [{ tailLog }, { findLog }] = await Promise.all([
          import('../../audit/tail-log.ts'),
          import('../../audit/find-log.ts'),
        ])
        const { path } = await findLog(host, options)
        await tailLog(host, {
          path,
          ...options,
          follow: options.follow === true,
          json: options.json === true,
        })
        return exitCode.ok
      }),
    )
}
