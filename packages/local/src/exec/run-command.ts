import { type ChildProcessByStdio, spawn } from 'node:child_process'
import type { Readable } from 'node:stream'
import { userInfo } from 'node:os'
import type { Environment } from '../git/run-git.ts'
import { findProgram, programFolders } from './find-program.ts'

/** How a program is run. */
export interface RunCommandOptions {
  cwd: string
  /** Milliseconds until the program and all it started are ended. */
  timeout: number
  /** Bytes of output, both streams together, after which they are ended. */
  outputLimit: number
  /** Names of variables that are handed on besides those that every program needs. @default none */
  environment?: readonly string[]
  /** Where variables are read. @default process.env */
  env?: Environment
  /** A folder whose programs are not looked up by a bare name: the working tree that an agent writes to. */
  workingTree?: string
  /** Called with output as it comes. */
  onOutput?: (stream: 'stdout' | 'stderr', bytes: Buffer) => void
  /** Ends the program and all it started. */
  signal?: AbortSignal
}

/** How a program ended. Output is what came before the end, as UTF-8. */
export type CommandEnd =
  | {
      type: 'ended'
      program: string
      code: number | null
      signal: string | null
      stdout: string
      stderr: string
    }
  /** Ended before its time, or, where the reason says that it could not be ended, no longer waited for. */
  | { type: 'stopped'; program: string; reason: string }
  | { type: 'not-started'; reason: string }

/**
 * Run one program without a shell: exactly these arguments, an environment of few variables, no input, and an end to time and output.
 *
 * It runs as the leader of a process group of its own, and whatever of that group is left when it ends is ended too. `HOME` is the user's
 * by the machine's own record; `PATH` is cleaned of folders that anybody, or an agent, can write to.
 */
export async function runCommand(argv: readonly string[], options: RunCommandOptions): Promise<CommandEnd> {
  const { cwd, timeout, outputLimit, env = process.env, workingTree, onOutput, signal } = options
  const [name = '', ...args] = argv
  if (argv.some((argument) => argument.includes('\0')))
    return { type: 'not-started', reason: 'an argument holds NUL' }
  const folders = programFolders(env, workingTree)
  const program = findProgram(name, { cwd, folders, workingTree })
  if (program === undefined) {
    return {
      type: 'not-started',
      reason: `no program ${JSON.stringify(name)} lies where programs are looked up`,
    }
  }
  if (signal?.aborted) return { type: 'not-started', reason: 'it was called off' }
  let child: ChildProcessByStdio<null, Readable, Readable>
  try {
    child = spawn(program, args, {
      cwd,
      argv0: name,
      env: { ...scrubbed(env, options.environment ?? []), PATH: folders.join(':') },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
      shell: false,
    })
  } catch (error) {
    // such as arguments that are too long for the system
    return { type: 'not-started', reason: (error as Error).message }
  }
  const output = { stdout: [] as Buffer[], stderr: [] as Buffer[] }
  let length = 0
  let stopped: string | undefined
  const { promise: ended, resolve } = Promise.withResolvers<CommandEnd>()
  const stop = (reason: string) => {
    stopped ??= reason
    const fault = endGroup(child)
    // A process that left the group would hold the streams open for as long as it likes.
    child.stdout.destroy()
    child.stderr.destroy()
    if (fault === undefined) return
    // what took on another user goes on for as long as it likes
    child.unref()
    resolve({ type: 'stopped', program, reason: `${stopped}, and it could not be ended: ${fault}` })
  }
  for (const stream of ['stdout', 'stderr'] as const) {
    child[stream].on('data', (bytes: Buffer) => {
      length += bytes.length
      if (length > outputLimit) return stop(`it wrote more than ${outputLimit} bytes`)
      output[stream].push(bytes)
      try {
        onOutput?.(stream, bytes)
      } catch (error) {
        stop(`its output could not be handed on: ${String(error)}`)
      }
    })
  }
  const timer = setTimeout(() => stop(`it took longer than ${timeout} ms`), timeout)
  const callOff = () => stop('it was called off')
  signal?.addEventListener('abort', callOff)
  child.on('error', (error) => resolve({ type: 'not-started', reason: error.message }))
  // what it left behind holds its streams open, so that `close` would wait for it
  child.on('exit', () => endGroup(child))
  child.on('close', (code, killed) => {
    if (stopped !== undefined) return resolve({ type: 'stopped', program, reason: stopped })
    resolve({
      type: 'ended',
      program,
      code,
      signal: killed,
      stdout: textOf(output.stdout),
      stderr: textOf(output.stderr),
    })
  })
  try {
    return await ended
  } finally {
    clearTimeout(timer)
    signal?.removeEventListener('abort', callOff)
  }
}

const textOf = (chunks: readonly Buffer[]) => Buffer.concat(chunks).toString()

/** End a program and every process of its group; says what kept it from that, such as that they run as another user. */
function endGroup({
  pid,
  exitCode,
  signalCode,
}: ChildProcessByStdio<null, Readable, Readable>): string | undefined {
  if (pid === undefined) return undefined
  const fault = kill(process.platform === 'win32' ? pid : -pid)
  // a signal that reaches one of the group says nothing of the others; once it has exited, its number may be another's
  return fault ?? (exitCode === null && signalCode === null ? kill(pid) : undefined)
}

function kill(pid: number): string | undefined {
  try {
    process.kill(pid, 'SIGKILL')
    return undefined
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    // one that is gone is ended already
    return code === 'ESRCH' ? undefined : message
  }
}

const always = ['USER', 'LOGNAME', 'LANG', 'LC_ALL', 'LC_CTYPE', 'TZ', 'TERM', 'TMPDIR']

/** The variables that every program needs and those that were named; `HOME` by the machine's record, whatever the caller set. */
function scrubbed(env: Environment, names: readonly string[]): Record<string, string> {
  const kept = [...always, ...names].flatMap((name) => {
    const value = env[name]
    return value === undefined ? [] : [[name, value] as const]
  })
  return { ...Object.fromEntries(kept), HOME: userInfo().homedir }
}
