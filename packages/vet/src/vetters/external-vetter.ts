import { isAbsolute } from 'node:path'
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
   * standard output.
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
      const ended = await run(command, { cwd, timeout, environment, outputLimit: 64 * 1024 * 1024 })
      if (ended.type === 'not-started') throw fault(`could not be started: ${ended.reason}`)
      if (ended.type === 'stopped') throw fault(`was stopped: ${ended.reason}`)
      if (ended.code === null || !exitCodes.includes(ended.code)) {
        const said = ended.stderr.trim().slice(-500)
        throw fault(`ended with ${ended.code ?? ended.signal}${said ? `: ${said}` : ''}`)
      }
      return checkSarif(
        jsonOf(ended.stdout, (cause) => fault('wrote no JSON', cause)),
        id,
      )
    },
  }
}

function jsonOf(text: string, fault: (cause: unknown) => PolicyError): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw fault(cause)
  }
}
