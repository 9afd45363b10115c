import { deepFreeze } from '../deep-freeze.ts'
import type { Policy } from './policy.ts'
import { policyDigest } from './policy-digest.ts'
import type { PolicyDocument, PolicyInput } from './schema.ts'

/** Make a policy of a checked document: both forms frozen to their last leaf, under their digest. */
export function sealPolicy(document: PolicyDocument, source: PolicyInput): Policy {
  return Object.freeze({
    document: deepFreeze(document),
    source: deepFreeze(source),
    digest: policyDigest({ source }),
  })
}
