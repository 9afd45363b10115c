import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { PolicyError } from '@policy/core'

/** Environment variables by name. */
export type Environment = Readonly<Record<string, string | undefined>>

/** What `runGit` takes besides git's arguments. */
export interface RunGitOptions {
  /** The environment git starts from; every `GIT_*` in it is dropped. */
  env: Environment
  /** The folder git runs in. */
  cwd: string
  /** `GIT_*` variables that point git at what to read. */
  git?: Readonly<Record<string, string>>
  /** What git reads from standard input. */
  input?: string | Uint8Array
}

/** What git answered. */
export interface GitAnswer {
  code: number
  stdout: Buffer
  stderr: string
}

// Whatever the user, the machine or the agent has configured, git answers the same.
const settled = {
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_ATTR_NOSYSTEM: '1',
  GIT_NO_REPLACE_OBJECTS: '1',
  GIT_GRAFT_FILE: '/dev/null/none',
  GIT_NO_LAZY_FETCH: '1',
  GIT_OPTIONAL_LOCKS: '0',
  GIT_TERMINAL_PROMPT: '0',
  LC_ALL: 'C',
}

/** Start git with nothing of the user's configuration or environment. */
export function startGit(
  args: readonly string[],
  { env, cwd, git }: Omit<RunGitOptions, 'input'>,
): ChildProcessWithoutNullStreams {
  const inherited = Object.entries(env).filter(([name]) => !name.startsWith('GIT_'))
  const child = spawn('git', args, {
    cwd,
    env: { ...Object.fromEntries(inherited), ...settled, ...git },
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  // Git may end before it has read its input (EPIPE); its exit code and message say why.
  child.stdin.on('error', () => {})
  return child
}

/** The error for a git that did not start. */
export function notStarted(cause: Error): PolicyError {
  return new PolicyError('git_failed', `git could not be started: ${cause.message}`, {
    cause,
    remedy: 'Install git 2.39 or newer and put it on PATH.',
  })
}

/**
 * Run git as {@link startGit} does, and give what it answered, whatever its exit code.
 *
 * @throws `git_failed` when git cannot be started.
 */
export async function runGit(args: readonly string[], options: RunGitOptions): Promise<GitAnswer> {
  const child = startGit(args, options)
  const stdout: Buffer[] = []
  const stderr: Buffer[] = []
  child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk))
  child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk))
  child.stdin.end(options.input)
  return new Promise((resolve, reject) => {
    child.on('error', (cause) => reject(notStarted(cause)))
    child.on('close', (code) =>
      resolve({
        code: code ?? 1,
        stdout: Buffer.concat(stdout),
        stderr: Buffer.concat(stderr).toString().trim(),
      }),
    )
  })
}

/**
 * Run git as {@link runGit} does, and give its standard output.
 *
 * @throws `git_failed` when git exits with anything but 0.
 */
export async function readGit(args: readonly string[], options: RunGitOptions): Promise<Buffer> {
  const answer = await runGit(args, options)
  if (answer.code !== 0) {
    throw new PolicyError('git_failed', `git ${args[0]} failed: ${answer.stderr || `exit ${answer.code}`}`)
  }
  return answer.stdout
}
