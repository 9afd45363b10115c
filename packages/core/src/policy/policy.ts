import type { Digest } from '../hash/digest.ts'
import type { PolicyDocument, PolicyInput } from './schema.ts'

/**
 * A policy that has been parsed and checked, deeply frozen: what every decision is made from.
 *
 * `TaskClass` names its task classes where they are known to the compiler, as after `definePolicy`.
 */
export interface Policy<TaskClass extends string = string> {
  /** The document with every default filled in. */
  readonly document: PolicyDocument & {
    readonly taskClasses: Readonly<Record<TaskClass, PolicyDocument['taskClasses'][string]>>
  }
  /** The document as its author wrote it, before defaults: what the digest is over. */
  readonly source: PolicyInput
  /** SHA-256 over RFC 8785 of `source`; also what `policyDigest` returns. */
  readonly digest: Digest
}
