import type { Vetter } from '../vetter/vetter.ts'
import { dependencies } from './dependencies.ts'
import { instructions } from './instructions.ts'
import { riskyCode } from './risky-code.ts'
import { secrets } from './secrets.ts'
import { workflows } from './workflows.ts'

/** The vetters that a policy's `vet: skill-vetter` names: everything built in. */
export const skillVetter: readonly Vetter[] = [secrets, riskyCode, dependencies, instructions, workflows]
