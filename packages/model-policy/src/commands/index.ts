import type { CommandDefinition } from '../command-line/run.ts'

/** Every command, in the order `--help` lists them. */
export const commands: readonly CommandDefinition[] = []
