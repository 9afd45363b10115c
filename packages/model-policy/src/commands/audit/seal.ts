import { exitCode } from '../../command-line/exit-code.ts'
import type { CommandDefinition } from '../../command-line/command-definition.ts'
import { withSealerOptions } from './options.ts'

interface SealOptions {
  log?: string
  origin?: string
  key?: string
  newKey?: boolean
  json?: boolean
}

/** `audit seal`: sign how long the log is and what its lines are; run by another user or host than the log's writers. */
export const seal: CommandDefinition = (program, host, finish) => {
  withSealerOptions(program.command('seal'))
    .description("sign the log's length and lines; run it as another user than the log's writers")
    .option('--new-key', 'make the key first: a new file, readable by this user alone')
    .action(
      finish(async (options: SealOptions) => {
        const [{ countOf }, { sealLog }, { sealingOf }] = await Promise.all([
          import('@policy/core'),
          import('@policy/audit'),
          import('../../audit/sealing-of.ts'),
        ])
        const { log, sealing } = await sealingOf(host, options, 'sealing')
        const { origin } = sealing
        const sealed = await sealLog(sealing)
        if (options.json) {
          host.out(`${JSON.stringify({ log: log.path, origin, ...sealed })}\n`)
          return exitCode.ok
        }
        host.out(`Sealed ${countOf(sealed.size, 'line')} of ${log.path}, ${sealed.added} of them new.\n`)
        if (log.vkey === sealed.vkey && sealed.added === sealed.size) {
          host.out(
            'This sealed the log from its first line: no earlier seal lay beside it. If there was one, compare: audit verify --at-least <its copy>\n',
          )
        }
        if (log.vkey !== sealed.vkey) {
          host.out(
            `Pin its key where it is verified:\n  model-policy trust --log-origin '${origin}' --log-key '${sealed.vkey}'\n`,
          )
        }
        host.out(
          `Keep a copy of ${log.path}.checkpoint elsewhere: it shows a log that was put back (audit verify --at-least).\n`,
        )
        return exitCode.ok
      }),
    )
}
