import type { CommandDefinition } from '../command-line/command-definition.ts'
import { exitCode } from '../command-line/exit-code.ts'

interface DoctorOptions {
  json?: boolean
  sarif?: boolean
}

/** `doctor`: what is wrong with the set-up of this repository, each with its fix. */
export const doctor: CommandDefinition = (program, host, finish) => {
  program
    .command('doctor')
    .description(
      'look the set-up over: git, policy, keys, log, workflows; exit 1 for a fault, 4 for a log that does not verify',
    )
    .option('--json', 'print what was found as JSON')
    .option('--sarif', 'print what is wrong with workflows and forms as SARIF 2.1.0')
    .action(
      finish(async (options: DoctorOptions) => {
        const [{ examine }, { sarifOf }] = await Promise.all([
          import('../doctor/examine.ts'),
          import('@policy/github'),
        ])
        const found = await examine(host)
        if (options.sarif) {
          const findings = found.flatMap(({ lint }) => lint ?? [])
          host.out(`${JSON.stringify(sarifOf(findings, '0.0.0'))}\n`)
        } else if (options.json) host.out(`${JSON.stringify(found)}\n`)
        else {
          const signs = { ok: 'ok     ', warning: 'warning', error: 'ERROR  ' }
          for (const { level, about, saw, fix } of found) {
            host.out(
              `${signs[level]}  ${about.padEnd(8)}  ${saw}\n${fix === undefined ? '' : `                   fix: ${fix}\n`}`,
            )
          }
        }
        const errors = found.filter(({ level }) => level === 'error')
        if (errors.some(({ about }) => about === 'log')) return exitCode.unverified
        return errors.length > 0 ? exitCode.fault : exitCode.ok
      }),
    )
}
