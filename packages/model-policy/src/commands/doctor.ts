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
          const findings = found.flatMap((one) => ('lint' in one ? (one.lint ?? []) : []))
          host.out(`${JSON.stringify(sarifOf(findings, program.version() ?? ''))}\n`)
        } else if (options.json) host.out(`${JSON.stringify(found)}\n`)
        else {
          const signs = { ok: 'ok     ', warning: 'warning', error: 'ERROR  ' }
          for (const one of found) {
            const fix = one.level === 'ok' ? '' : `                   fix: ${one.fix}\n`
            host.out(`${signs[one.level]}  ${one.about.padEnd(8)}  ${one.saw}\n${fix}`)
          }
        }
        const errors = found.filter(({ level }) => level === 'error')
        if (errors.some(({ about }) => about === 'log')) return exitCode.unverified
        return errors.length > 0 ? exitCode.fault : exitCode.ok
      }),
    )
}
