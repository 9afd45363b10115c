import { exitCode } from '../../command-line/exit-code.ts'
import type { CommandDefinition } from '../../command-line/command-definition.ts'
import { withLogOptions } from './options.ts'

interface SummaryOptions {
  log?: string
  day?: string
  json?: boolean
}

/** `audit summary`: the use of models on one day, per persona, task class and model. */
export const summary: CommandDefinition = (program, host, finish) => {
  withLogOptions(program.command('summary'))
    .description('print the use of models on one day, per persona, task class and model')
    .option('--day <date>', 'the day in UTC, as YYYY-MM-DD (default: today)')
    .action(
      finish(async (options: SummaryOptions) => {
        const [{ summarizeDay }, { usageText }] = await Promise.all([
          import('../../audit/summarize-day.ts'),
          import('../../audit/report-text.ts'),
        ])
        const report = await summarizeDay(host, options)
        host.out(options.json ? `${JSON.stringify(report)}\n` : usageText(report))
        return exitCode.ok
      }),
    )
}
