import type { CommandDefinition } from '../command-line/run.ts'
import { init } from './init.ts'

/** Every command, in the order `--help` lists them. */
export const commands: readonly CommandDefinition[] = [init]
