import type { Clock, PrivateJwk } from '@policy/core'
import { readText } from '../files/read-text.ts'
import { writeText } from '../files/write-text.ts'
import type { UserFolders } from '../folders/user-folders.ts'
import type { Repository } from '../repository/repository.ts'
import { policyFiles } from './policy-files.ts'
import { type PolicyClaims, readSignature, signPolicyClaims } from './policy-signature.ts'
import { readPolicy } from './read-policy.ts'
import { highestSerialSeen } from './serials-seen.ts'

/** What `signPolicy` signs, and with what. */
export interface SignPolicyOptions {
  repository: Repository
  /** The repository the policy is for, such as `github.com/acme/app`. */
  repositoryId: string
  /** The signer's private key. */
  key: PrivateJwk
  folders: UserFolders
  clock: Clock
}

/**
 * Sign the policy and keys of a working tree as they lie there, with the next serial, and write `.model-policy/policy.sig`.
 *
 * @throws `policy_missing`, `policy_invalid`, `keys_invalid` or `file_unreadable`.
 */
export async function signPolicy(options: SignPolicyOptions): Promise<PolicyClaims> {
  const { repository, repositoryId, key, folders, clock } = options
  const { signature } = policyFiles(repository.top)
  const { policy, keysDigest } = await readPolicy(repository.top)
  const earlier = Math.max(await serialIn(signature), await highestSerialSeen(folders, repositoryId))
  const claims: PolicyClaims = {
    iss: repositoryId,
    policy: policy.digest,
    keys: keysDigest,
    serial: earlier + 1,
    iat: Math.floor(clock() / 1000),
  }
  await writeText(signature, `${await signPolicyClaims(claims, key)}\n`, 0o644)
  return claims
}

/** The serial that a signature claims; 0 when there is none to be read. */
async function serialIn(file: string): Promise<number> {
  const text = await readText(file)
  if (text === undefined) return 0
  try {
    return readSignature(text.trimEnd(), file).payload.serial
  } catch {
    return 0
  }
}
