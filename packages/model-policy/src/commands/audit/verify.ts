import { exitCode } from '../../command-line/exit-code.ts'
import type { CommandDefinition } from '../../command-line/command-definition.ts'
import { withSealOptions } from './options.ts'

interface VerifyOptions {
  log?: string
  vkey?: string
  origin?: string
  checkpoint?: string
  atLeast?: string
  previous?: string
  proof?: string
  json?: boolean
}

/** `audit verify`: whether the log is what was sealed; exit 4 when it is not, 1 when nothing says whose seal counts. */
export const verify: CommandDefinition = (program, host, finish) => {
  withSealOptions(program.command('verify'))
    .description(
      'check the log against its seal: exit 0 when it verifies, 4 when it does not, 1 when it could not be checked (no key is pinned)',
    )
    .option('--checkpoint <file>', 'the checkpoint (default: the one beside the log)')
    .option('--at-least <file>', 'a checkpoint seen before: shows a log and a seal that were put back')
    .option('--previous <log>', 'the log before, which was rotated away: shows that this one goes on from it')
    .option('--proof <file>', 'check evidence, the proof of an entry or of growth instead, without the log')
    .action(
      finish(async (options: VerifyOptions) => {
        const { verifyFile, verifyWholeLog } = await import('../../audit/verify.ts')
        const { text, report } =
          options.proof === undefined
            ? await verifyWholeLog(host, options)
            : await verifyFile(host, options, options.proof)
        host.out(options.json ? `${JSON.stringify(report)}\n` : text)
        return report.type === 'verified' ? exitCode.ok : exitCode.unverified
      }),
    )
}
