import type { CommandDefinition } from '../command-line/run.ts'
import { approve } from './approve.ts'
import { check } from './check.ts'
import { escalate } from './escalate.ts'
import { explain } from './explain.ts'
import { init } from './init.ts'
import { policy } from './policy/index.ts'
import { trust } from './trust.ts'

/** Every command, in the order `--help` lists them. */
export const commands: readonly CommandDefinition[] = [init, trust, policy, check, explain, escalate, approve]
