import { isAbsolute, relative, resolve, sep } from 'node:path'
import { realpathSync } from 'node:fs'
import {
  type AuditLog,
  authorize,
  type AuthorizeOptions,
  type CallContext,
  type CommandAct,
  mayBeHandedOn,
  PolicyError,
  type PolicyErrorCode,
  runRecorded,
  toolAttributes,
  type ToolOutcome,
  toolRefused,
  underGrant,
} from '@policy/core'
import type { Repository } from '../repository/repository.ts'
import { type CommandEnd, runCommand, type RunCommandOptions } from './run-command.ts'

/** Under which authorization a command runs, and how. */
export interface ExecAuthorizedOptions
  extends Omit<AuthorizeOptions, 'callId'>, Pick<RunCommandOptions, 'env' | 'onOutput' | 'signal'> {
  repository: Pick<Repository, 'top'>
  /** Who runs it, in which persona and task, with which proven key, for which paths. */
  context: CallContext
  audit: AuditLog
  /** A name that never repeats. */
  randomId: () => string
  /** The folder to run in, inside the working tree. @default its top */
  cwd?: string
  /** Names of variables to hand on; part of what is authorized. @default none */
  environment?: readonly string[]
  /** Milliseconds until the command and all it started are ended. @default 600_000 */
  timeout?: number
  /** Bytes of output after which they are ended. @default 16 MiB */
  outputLimit?: number
}

/** What became of a command: it was refused and nothing ran, or how it ended. */
export type ExecResult =
  | { type: 'refused'; code: PolicyErrorCode; reason: string }
  | (CommandEnd & {
      /** Id of the grant that it spent. */
      grant: string
    })

/**
 * Run exactly the command that a person authorized, once, or nothing.
 *
 * The arguments, the folder and the names of the variables are held against the grant as they are, and no shell reads them. The grant is
 * spent and the log has taken the entry before anything starts; how it ended is recorded after. What the program itself reads (its
 * configuration, scripts in the working tree, the network) is not part of what was authorized.
 *
 * @throws `audit_failed` when the log does not take the first entry, so nothing starts; `audit_incomplete` when it ran and the log does not take
 *   how it ended. What the ledger throws.
 */
export async function execAuthorized(
  argv: readonly string[],
  options: ExecAuthorizedOptions,
): Promise<ExecResult> {
  const { context, audit, policy, repository, randomId } = options
  const { timeout = 600_000, outputLimit = 16 * 1024 * 1024 } = options
  // What is decided about is what runs, whatever becomes of the caller's arrays meanwhile.
  const [command, environment] = [[...argv], [...(options.environment ?? [])]]
  const callId = randomId()
  const folder = folderIn(repository.top, options.cwd ?? repository.top)
  const act: CommandAct = { type: 'command', command, cwd: folder.name, environment }
  const name = command[0] || 'none'
  const about = toolAttributes({ callId, name, effect: 'shell', act, context, policy })
  const answer = faultOf(act) ?? (await authorize(act, context, { ...options, callId }))
  if (answer.type === 'refused') {
    await audit.record(toolRefused(about, answer))
    return answer
  }
  const run = async (): Promise<CommandEnd> =>
    isStill(folder, repository.top)
      ? runCommand(command, {
          cwd: folder.path,
          timeout,
          outputLimit,
          environment,
          workingTree: repository.top,
          ...(options.env === undefined ? {} : { env: options.env }),
          ...(options.onOutput === undefined ? {} : { onOutput: options.onOutput }),
          ...(options.signal === undefined ? {} : { signal: options.signal }),
        })
      : { type: 'not-started', reason: 'something else was put in the place of its folder' }
  const end = await runRecorded(audit, underGrant(about, answer.grant), run, outcomeOf)
  return { ...end, grant: answer.grant.jti }
}

/** A folder of the working tree by its path and by its name below the top; symlinks resolved, so that a name cannot lead elsewhere. */
function folderIn(top: string, cwd: string): { path: string; name: string } {
  const realTop = realpathSync(top)
  let path: string
  try {
    path = realpathSync(resolve(realTop, cwd))
  } catch (cause) {
    throw new PolicyError('usage', `there is no folder ${cwd}`, { cause })
  }
  const way = relative(realTop, path)
  if (way === '..' || way.startsWith(`..${sep}`) || isAbsolute(way)) {
    throw new PolicyError('usage', `${path} lies outside the working tree ${realTop}`, {
      remedy: 'run it in the repository that the authorization is for',
    })
  }
  return { path, name: way === '' ? '.' : way.split(sep).join('/') }
}

/** Whether a folder is the one that was authorized after all the waiting: a link may stand in its place, or above it. */
function isStill({ path }: { path: string }, top: string): boolean {
  try {
    return folderIn(top, path).path === path
  } catch {
    return false
  }
}

const refused = (reason: string) => ({ type: 'refused', code: 'authorization_denied', reason }) as const

/** What no authorization makes good. */
function faultOf({ command, environment }: CommandAct): Extract<ExecResult, { type: 'refused' }> | undefined {
  if (command.length === 0 || command[0] === '') return refused('there is no command')
  if (command.some((argument) => argument.includes('\0'))) return refused('an argument holds a NUL')
  const steering = environment.find((name) => !mayBeHandedOn(name))
  if (steering === undefined) return undefined
  return refused(`the variable ${JSON.stringify(steering)} decides which code runs, so it is never handed on`)
}

function outcomeOf(end: CommandEnd): ToolOutcome {
  if (end.type === 'not-started') {
    return { 'model_policy.outcome': 'not-started', 'model_policy.reason': end.reason }
  }
  const program = { 'process.executable.path': end.program }
  if (end.type === 'stopped') {
    return { ...program, 'model_policy.outcome': 'stopped', 'model_policy.reason': end.reason }
  }
  return {
    ...program,
    'model_policy.outcome': end.code === 0 ? 'complete' : 'error',
    ...(end.code === null ? {} : { 'process.exit.code': end.code }),
    ...(end.signal === null ? {} : { 'model_policy.reason': `ended by ${end.signal}` }),
  }
}
