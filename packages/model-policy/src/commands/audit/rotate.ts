import { exitCode } from '../../command-line/exit-code.ts'
import type { CommandDefinition } from '../../command-line/command-definition.ts'
import { withSealerOptions } from './options.ts'

interface RotateOptions {
  log?: string
  origin?: string
  key?: string
  json?: boolean
}

/** `audit rotate`: seal the log, move it away with its seal, and begin one that goes on from it. */
export const rotate: CommandDefinition = (program, host, finish) => {
  withSealerOptions(program.command('rotate'))
    .description('seal the log, move it and its seal to a name of their own, and begin a log that names it')
    .action(
      finish(async (options: RotateOptions) => {
        const [{ countOf }, { rotateLog }, { sealingOf }] = await Promise.all([
          import('@policy/core'),
          import('@policy/audit'),
          import('../../audit/sealing-of.ts'),
        ])
        const { sealing } = await sealingOf(host, options, 'sealing')
        const rotated = await rotateLog({ ...sealing, clock: host.clock })
        const { archive, archived } = rotated
        host.out(
          options.json
            ? `${JSON.stringify({ log: sealing.path, origin: sealing.origin, ...rotated })}\n`
            : `Moved ${countOf(archived.size, 'sealed line')} to ${archive}; ${sealing.path} goes on from it.\nBoth together: model-policy audit verify --previous '${archive}'\nKeep it with what lies beside it, and copies of both checkpoints elsewhere.\n`,
        )
        return exitCode.ok
      }),
    )
}
