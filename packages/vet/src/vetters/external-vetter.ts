import { mkdtemp, readFile, realpath, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { isAbsolute, join } from 'node:path'
import { PolicyError } from '@policy/core'
import { checkSarif } from '../sarif/check-sarif.ts'
import type { Vetter } from '../vetter/vetter.ts'
import type { RunCommand } from './run-command.ts'

/** A scanner that is a program of its own. */
export interface ExternalVetterOptions {
  /** Names it in reports. */
  id: string
  /** @default 'external' */
  version?: string
  /**
   * Program and arguments; no shell reads them. The program is a bare name, looked up on the machine's `PATH`, or an absolute path: a
   * relative one would lie in the very change that is vetted. It runs in a read-only export of the head and writes SARIF 2.1.0 to
   * standard output, or to a file: `{sarif}` in an argument stands for the file's absolute path, in an empty folder made for this run.
   */
  command: readonly string[]
  /** Starts it; `runCommand` of `@policy/local` does. */
  run: RunCommand
  /** Milliseconds until it is ended. @default 300_000 */
  timeout?: number
  /** Exit codes that mean a finished scan; many scanners say 1 when they found something. @default [0] */
  exitCodes?: readonly number[]
  /** Names of the environment's variables that it needs; no other is handed on. @default none but PATH, HOME, LANG and the like */
  environment?: readonly string[]
}

/**
 * A vetter that runs a scanner. It passes only when the scanner ended well and wrote the log of a finished scan: a missing tool, a
 * crash, a time-out, another exit code, and empty or invalid output are each a fault.
 *
 * @throws `vet_failed` when the command is empty or its program a relative path.
 */
export function externalVetter(options: ExternalVetterOptions): Vetter {
  const {
    id,
    version = 'external',
    command,
    run,
    timeout = 300_000,
    exitCodes = [0],
    environment = [],
  } = options
  const [program = ''] = command
  if (program === '' || (/[\\/]/.test(program) && !isAbsolute(program))) {
    throw new PolicyError(
      'vet_failed',
      `the vetter ${id} names no program that could be trusted: ${JSON.stringify(program)}`,
      {
        remedy: 'name a program on PATH, or give its absolute path',
      },
    )
  }
  const fault = (fact: string, cause?: unknown) =>
    new PolicyError('vet_failed', `the vetter ${id} ${fact}`, { cause })
  return {
    id,
    version,
    scansCheckout: true,
    applies: () => true,
    async run(subject) {
      const cwd = await subject.checkout()
      const text = await withOutputFile(command, async (argv, file) => {
        const ended = await run(argv, { cwd, timeout, environment, outputLimit })
        if (ended.type === 'not-started') throw fault(`could not be started: ${ended.reason}`)
        if (ended.type === 'stopped') throw fault(`was stopped: ${ended.reason}`)
        if (ended.code === null || !exitCodes.includes(ended.code)) {
          const said = ended.stderr.trim().slice(-500)
          throw fault(`ended with ${ended.code ?? ended.signal}${said ? `: ${said}` : ''}`)
        }
        return file === undefined ? ended.stdout : await readOutput(file, fault)
      })
      return checkSarif(
        jsonOf(text, (cause) => fault('wrote no JSON', cause)),
        id,
      )
    },
  }
}

/** Bytes that a scanner may write. */
const outputLimit = 64 * 1024 * 1024

const sarifPath = '{sarif}'

/** Use a command with a new path in the place of `{sarif}`, where it says so; what was written is removed afterwards. */
async function withOutputFile<Result>(
  command: readonly string[],
  use: (argv: readonly string[], file?: string) => Promise<Result>,
): Promise<Result> {
  const [program = '', ...args] = command
  if (!args.some((argument) => argument.includes(sarifPath))) return use(command)
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'model-policy-scan-')))
  try {
    const file = join(folder, 'scan.sarif')
    return await use([program, ...args.map((argument) => argument.replaceAll(sarifPath, () => file))], file)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function readOutput(
  file: string,
  fault: (fact: string, cause?: unknown) => PolicyError,
): Promise<string> {
  const { size } = await stat(file).catch((cause: unknown) => {
    throw fault('wrote no file where {sarif} says', cause)
  })
  if (size > outputLimit) throw fault(`wrote more than ${outputLimit} bytes`)
  return readFile(file, 'utf8')
}

function jsonOf(text: string, fault: (cause: unknown) => PolicyError): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw fault(cause)
  }
}
