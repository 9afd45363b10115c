import type { CommandDefinition } from '../command-line/run.ts'
import { check } from './check.ts'
import { explain } from './explain.ts'
import { init } from './init.ts'

/** Every command, in the order `--help` lists them. */
export const commands: readonly CommandDefinition[] = [init, check, explain]
