import { Option } from 'commander'
import { exitCode } from '../command-line/exit-code.ts'
import type { CommandDefinition } from '../command-line/command-definition.ts'
import type { ReportedCall } from '../record/record-call.ts'

const collect = (value: string, before: string[]) => [...before, value]

/** `record`: report a call that ran outside the guard, as scripts/record_model_usage.py does; the entries say it is a report. */
export const record: CommandDefinition = (program, host, finish) => {
  program
    .command('record')
    .description(
      'record a call that ran outside the guard; needs an approval unless the model is open (exit 2)',
    )
    .requiredOption('--model <id>', 'the model, as asked for')
    .requiredOption('--agent <id>', 'who called, such as agent:refactor-bot')
    .requiredOption('--path <glob>', 'a file that the work touches; may be repeated', collect, [])
    .requiredOption('--rationale <sentence>', 'why this model was used')
    .requiredOption('--body <file>', 'the exact bytes of the request body; they are hashed, not recorded')
    .option('--approval <link>', 'link to the approval; needed for models that are not open to all')
    .option('--grant <jti>', 'the id of the grant, never the token')
    .option('--persona <name>', 'the role it acted in, such as developer')
    .option('--task <id>', 'the piece of work, such as ISSUE-12')
    .option('--task-class <name>', 'the kind of work, such as triage')
    .option('--served-model <id>', 'the model that answered')
    .option('--input-tokens <count>', 'tokens that went in')
    .option('--output-tokens <count>', 'tokens that came out')
    .addOption(
      new Option('--outcome <outcome>', 'how the call ended')
        .choices(['complete', 'error', 'cancelled', 'possibly-executed'])
        .default('complete'),
    )
    .option('--json', 'print the result as JSON')
    .action(
      finish(async (options: ReportedCall & { json?: boolean }) => {
        const [{ recordCall }, { publish }] = await Promise.all([
          import('../record/record-call.ts'),
          import('../pull-request/publish.ts'),
        ])
        const recorded = await recordCall(host, options)
        const text =
          recorded.type === 'recorded'
            ? `Recorded call ${recorded.callId} in ${recorded.log}.\n`
            : `Not recorded: ${recorded.reason}.\n  next: give --approval with a link to it\n`
        await publish(host, {
          text: options.json ? `${JSON.stringify(recorded)}\n` : text,
          ...(recorded.type === 'recorded' && { outputs: { 'call-id': recorded.callId } }),
        })
        return recorded.type === 'recorded' ? exitCode.ok : exitCode.escalate
      }),
    )
}
