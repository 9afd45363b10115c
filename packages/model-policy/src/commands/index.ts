import type { CommandDefinition } from '../command-line/command-definition.ts'
import { approve } from './approve.ts'
import { audit } from './audit/index.ts'
import { check } from './check.ts'
import { comment } from './comment.ts'
import { decline } from './decline.ts'
import { doctor } from './doctor.ts'
import { escalate } from './escalate.ts'
import { exec } from './exec.ts'
import { explain } from './explain.ts'
import { gate } from './gate.ts'
import { grant } from './grant.ts'
import { init } from './init.ts'
import { keys } from './keys.ts'
import { mint } from './mint.ts'
import { policy } from './policy/index.ts'
import { record } from './record.ts'
import { revoke } from './revoke.ts'
import { trailer } from './trailer.ts'
import { trust } from './trust.ts'
import { vet } from './vet.ts'

/** Every command, in the order `--help` lists them. */
export const commands: readonly CommandDefinition[] = [
  init,
  trust,
  policy,
  keys,
  check,
  explain,
  escalate,
  approve,
  decline,
  grant,
  revoke,
  exec,
  vet,
  gate,
  mint,
  comment,
  trailer,
  doctor,
  record,
  audit,
]
