import { commandLine } from '@policy/core'
import type { ExecResult } from '@policy/local'
import { type ExitCode, exitCode } from '../command-line/exit-code.ts'
import type { Host } from '../command-line/host.ts'
import type { CommandDefinition } from '../command-line/command-definition.ts'

interface ExecOptions {
  task?: string
  agent?: string
  persona?: string
  env: string[]
  timeout: string
  json?: boolean
}

const collect = (value: string, before: string[]) => [...before, value]

/**
 * `exec`: run exactly the command that a person authorized, once; exit 0 when it ended well, 1 when it did not, 2 when an authorization is
 * missing, 3 when nobody can give one.
 */
export const exec: CommandDefinition = (program, host, finish) => {
  program
    .command('exec')
    .description('run one command that a person has authorized, exactly as it was authorized')
    .argument('<command...>', 'the command and its arguments, after --')
    .option('--task <id>', 'the piece of work, such as ISSUE-12')
    .option('--agent <id>', 'who acts, such as agent:refactor-bot')
    .option('--persona <name>', 'the role it acts in, such as developer')
    .option('--env <name>', 'a variable to hand on; may be repeated', collect, [])
    .option('--timeout <seconds>', 'end it after so long', '600')
    .option('--json', 'print how it ended as JSON, its output on standard error')
    .action(
      finish(async (command: string[], options: ExecOptions) => {
        const { execHere } = await import('../exec/exec-here.ts')
        const end = await execHere(host, command, {
          ...options,
          onOutput: (stream, text) =>
            stream === 'stdout' && options.json !== true ? host.out(text) : host.err(text),
        })
        if (options.json) host.out(`${JSON.stringify(end)}\n`)
        else tell(end, command, options, host)
        return codeOf(end)
      }),
    )
}

function tell(end: ExecResult, command: readonly string[], options: ExecOptions, host: Host): void {
  if (end.type === 'ended') {
    if (end.code !== 0) host.err(`model-policy: the command ended with ${end.code ?? end.signal}\n`)
    return
  }
  const code = end.type === 'refused' ? ` [${end.code}]` : ''
  const what = { refused: 'not run', stopped: 'ended', 'not-started': 'not started' }[end.type]
  host.err(`model-policy: ${what}: ${end.reason}${code}\n`)
  if (end.type !== 'refused' || end.code === 'authorization_denied') return
  const variables = options.env.map((name) => `--env ${name} `).join('')
  host.err(`  next: ask a person: model-policy escalate ${variables}-- ${commandLine(command)}\n`)
}

function codeOf(end: ExecResult): ExitCode {
  if (end.type === 'ended') return end.code === 0 ? exitCode.ok : exitCode.fault
  if (end.type !== 'refused') return exitCode.fault
  return end.code === 'authorization_denied' ? exitCode.denied : exitCode.escalate
}
