import type { VetReport } from '@policy/vet'
import { exitCode } from '../command-line/exit-code.ts'
import type { CommandDefinition } from '../command-line/command-definition.ts'

interface VetOptions {
  base?: string
  head?: string
  blockAt?: string
  sarif?: string
  json?: boolean
}

/** `vet`: the security vet of a change; exit 0 when it is clean, 3 when something blocks, 1 when a vetter failed. */
export const vet: CommandDefinition = (program, host, finish) => {
  program
    .command('vet')
    .description('vet a change for secrets, risky code, dependencies, workflows and instructions to agents')
    .option(
      '--base <revision>',
      'what the change starts from, `empty-tree` for all there is (default: the protected branch)',
    )
    .option('--head <revision>', 'a commit, `index` or `working-tree`', 'HEAD')
    .option(
      '--block-at <severity>',
      'the mildest severity that blocks: low, medium, high or critical',
      'high',
    )
    .option('--sarif <file>', 'write what was found as SARIF 2.1.0; `-` for standard output')
    .option('--json', 'print the result as JSON')
    .action(
      finish(async (options: VetOptions) => {
        const [{ vetWork }, { vetText }, { writeText }] = await Promise.all([
          import('../vet/vet-work.ts'),
          import('../vet/vet-text.ts'),
          import('@policy/local'),
        ])
        const vetted = await vetWork(host, options)
        const { policy, report, base, uncommitted } = vetted
        const { sarif, ...result } = report
        const log = `${JSON.stringify(sarif, null, 2)}\n`
        if (options.sarif === '-') host.out(log)
        else if (options.sarif !== undefined) await writeText(options.sarif, log, 0o644)
        if (policy === undefined) host.err('There is no policy here: only the built-in vetters ran.\n')
        if (uncommitted > 0) {
          const what = uncommitted === 1 ? '1 file has' : `${uncommitted} files have`
          host.err(
            `${what} uncommitted work, which was not looked at: model-policy vet --head working-tree\n`,
          )
        }
        if (options.json) host.out(`${JSON.stringify({ ...result, base, uncommitted })}\n`)
        else if (options.sarif !== '-') host.out(vetText(vetted))
        return codeOf(report)
      }),
    )
}

const codeOf = ({ verdict }: VetReport) =>
  ({ clean: exitCode.ok, blocked: exitCode.denied, failed: exitCode.fault })[verdict]
