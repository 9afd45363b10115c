import { type Policy, PolicyError, type PublicKeyRecord } from '@policy/core'
import type { UserFolders } from '../folders/user-folders.ts'
import type { Repository } from '../repository/repository.ts'
import { findTrust } from '../trust/find-trust.ts'
import type { TrustRoot } from '../trust/trust-root.ts'
import { policyFiles } from './policy-files.ts'
import { readPolicy } from './read-policy.ts'
import { highestSerialSeen, rememberSerial } from './serials-seen.ts'
import { signedClaims } from './signed-claims.ts'

/** Which policy `loadPolicy` loads, and what it starts from. */
export interface LoadPolicyOptions {
  repository: Repository
  /** The user whose trust root and memory of serials count. */
  folders: UserFolders
  /** The trust root to start from, such as one taken from a protected base commit. @default the user's own, by `findTrust` */
  trust?: TrustRoot
}

/** A policy that a pinned signer signed for this repository, with what is trusted along with it. */
export interface LoadedPolicy {
  policy: Policy
  /** The public keys, signed with the policy. */
  keys: readonly PublicKeyRecord[]
  serial: number
  trust: TrustRoot
}

/**
 * Load the policy and keys of a working tree, under their signature and the trust root.
 *
 * @throws `trust_missing`, `policy_missing`, `policy_invalid`, `keys_invalid`, `policy_unsigned`, `policy_altered`,
 *   `policy_rolled_back`, `policy_foreign` or `file_unreadable`; each says which command helps.
 */
export async function loadPolicy(options: LoadPolicyOptions): Promise<LoadedPolicy> {
  const { repository, folders, trust = await findTrust(repository, folders) } = options
  const files = policyFiles(repository.top)
  const { policy, keys, keysDigest } = await readPolicy(repository.top)
  const claims = await signedClaims(repository, trust)
  if (claims.policy !== policy.digest) throw altered(files.policy, policy.digest, claims.policy)
  if (claims.keys !== keysDigest) throw altered(files.keys, keysDigest, claims.keys)
  const seen = Math.max(trust.serial, await highestSerialSeen(folders, trust.repository))
  if (claims.serial < seen) {
    throw new PolicyError(
      'policy_rolled_back',
      `the policy has the serial ${claims.serial}, but ${seen} was already in force here`,
      {
        place: { file: files.signature },
        remedy:
          'Take the newest model-policy.yaml and .model-policy/ from the main branch, or sign this one with `model-policy policy sign`.',
      },
    )
  }
  if (claims.serial > seen) await rememberSerial(folders, trust.repository, claims.serial)
  return { policy, keys, serial: claims.serial, trust }
}

const altered = (file: string, found: string, signed: string) =>
  new PolicyError('policy_altered', `${file} has the digest ${found}, but ${signed} was signed`, {
    place: { file },
    remedy: 'Restore the file, or have a signer sign the change with `model-policy policy sign`.',
  })
