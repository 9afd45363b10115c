import { canonicalDigest } from '../hash/canonical-digest.ts'
import type { Digest } from '../hash/digest.ts'
import type { Policy } from './policy.ts'

/**
 * The digest that names a policy everywhere: SHA-256 over RFC 8785 of the document as its author wrote it, before
 * defaults. Comments, layout, key order and YAML or JSON make no difference.
 */
export function policyDigest(policy: Pick<Policy, 'source'>): Digest {
  return canonicalDigest(policy.source)
}
