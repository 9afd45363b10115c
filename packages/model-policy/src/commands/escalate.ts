import type { EscalationReason } from '@policy/core'
import { Option } from 'commander'
import { ask } from '../command-line/ask.ts'
import { exitCode } from '../command-line/exit-code.ts'
import type { CommandDefinition } from '../command-line/command-definition.ts'

interface EscalateOptions {
  task?: string
  agent?: string
  persona?: string
  model?: string
  tool: string[]
  write?: string
  reason: EscalationReason[]
  summary?: string
  path: string[]
  cwd?: string
  env: string[]
  promptTokens?: string
  output: string[]
  base?: string
  json?: boolean
}

const collect = (value: string, before: string[]) => [...before, value]

/** `escalate`: measure the work, ask for what only the agent knows, and write the escalation for a person to answer. */
export const escalate: CommandDefinition = (program, host, finish) => {
  program
    .command('escalate')
    .description('ask people for a dearer model, one command or one write; writes escalation.md')
    .argument('[command...]', 'the command to run, after --')
    .option('--task <id>', 'the piece of work, such as ISSUE-12')
    .option('--agent <id>', 'who will act, such as agent:refactor-bot')
    .option('--persona <name>', 'the role the agent acts in, such as developer')
    .option('--model <name>', 'the model to use')
    .option(
      '--tool <type>',
      'a tool that may act on its own in the calls, such as mcp; may be repeated',
      collect,
      [],
    )
    .option('--write <target>', 'the target to write to')
    .option('--cwd <folder>', 'where the command runs, below the top of the repository (default: the top)')
    .option('--env <name>', 'a variable that the command is given; may be repeated', collect, [])
    .addOption(
      new Option('--reason <reason...>', 'why (default: what is measured)')
        .choices(['complexity', 'security', 'ux-fidelity'])
        .default([]),
    )
    .option('--summary <sentence>', 'the work, in one sentence')
    .option(
      '--path <glob>',
      'files the work may touch; may be repeated (default: the modules it touches)',
      collect,
      [],
    )
    .option('--prompt-tokens <count>', "the agent's own estimate of the prompts' length")
    .option(
      '--output <glob>',
      'what the work will produce; may be repeated (default: the paths)',
      collect,
      [],
    )
    .option('--base <revision>', 'where the work starts (default: the first protected branch)')
    .option('--json', 'print the result as JSON')
    .action(
      finish(async (command: string[], options: EscalateOptions) => {
        const [{ askPeople }, { visible }, { PolicyError }, { randomBytes }] = await Promise.all([
          import('../answer/ask-people.ts'),
          import('../answer/visible.ts'),
          import('@policy/core'),
          import('node:crypto'),
        ])
        const { model, write, tool, path, output, base } = options
        const asked = [
          ...(model === undefined ? [] : [{ model, ...(tool.length > 0 && { tools: tool }) }]),
          ...(write === undefined ? [] : [{ write }]),
          ...(command.length === 0 ? [] : [commandRequest(command, options)]),
        ]
        const [request] = asked
        if (request === undefined || asked.length > 1) {
          throw new PolicyError('usage', `an escalation asks for one thing; this asks for ${asked.length}`, {
            remedy: 'give one of --model, --write, or a command after --',
          })
        }
        const count = (text: string) => {
          if (/^\d{1,9}$/.test(text)) return Number(text)
          throw new PolicyError('usage', `${JSON.stringify(text)} is no number of tokens`, {
            remedy: 'give --prompt-tokens',
          })
        }
        const or = (given: string | undefined, question: string, option: string) =>
          given === undefined ? ask(host, question, option) : Promise.resolve(given)
        const facts = {
          request,
          task: await or(options.task, 'Which task (such as ISSUE-12)? ', '--task'),
          agent: await or(options.agent, 'Which agent (such as agent:refactor-bot)? ', '--agent'),
          persona: await or(options.persona, 'In which persona (such as developer)? ', '--persona'),
          summary: await or(options.summary, 'The work, in one sentence: ', '--summary'),
          promptTokens: count(
            await or(options.promptTokens, 'About how many prompt tokens? ', '--prompt-tokens'),
          ),
          reasons: options.reason,
          paths: path,
          outputs: output,
          ...(base === undefined ? {} : { base }),
        }
        const { file, isNew, digest, escalation, approval, crossed } = await askPeople(
          host,
          facts,
          randomBytes,
        )
        const { id } = escalation
        const answer = approval && { decision: approval.decision, by: approval.by, reason: approval.reason }
        const code = approval?.decision === 'declined' ? exitCode.denied : exitCode.ok
        if (options.json) {
          host.out(`${JSON.stringify({ file, isNew, digest, id, escalation, answer, crossed })}\n`)
          return code
        }
        host.out(`${isNew ? 'Wrote' : 'The same is asked already in'} ${file}: ${id}, ${digest}.\n`)
        for (const { saw, reason } of crossed) host.out(`  ${saw}: ${reason}\n`)
        if (crossed.length === 0) host.out('  what is measured crosses no threshold of the policy\n')
        host.out(
          approval
            ? `It was ${approval.decision} by ${approval.by}${approval.reason === undefined ? '' : `: ${visible(approval.reason)}`}.\n`
            : 'Next: a person whom the policy lists answers with `model-policy approve` or `model-policy decline`.\n',
        )
        return code
      }),
    )
}

function commandRequest(command: readonly string[], { cwd, env }: Pick<EscalateOptions, 'cwd' | 'env'>) {
  return {
    command,
    ...(cwd === undefined || cwd === '.' ? {} : { cwd }),
    ...(env.length === 0 ? {} : { environment: env }),
  }
}
