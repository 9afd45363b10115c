import {
  canonicalDigest,
  type Digest,
  parseKeys,
  parsePolicy,
  type Policy,
  PolicyError,
  type PublicKeyRecord,
} from '@policy/core'
import { readText } from '../files/read-text.ts'
import { policyFiles } from './policy-files.ts'

/** A working tree's policy and keys as they lie there; nothing says yet that they count. */
export interface UntrustedPolicy {
  policy: Policy
  keys: readonly PublicKeyRecord[]
  /** SHA-256 over RFC 8785 of the keys file. */
  keysDigest: Digest
}

/**
 * Read and parse the policy and the keys of a working tree, without any trust in them.
 *
 * @throws `policy_missing`, `policy_invalid`, `keys_invalid` or `file_unreadable`.
 */
export async function readPolicy(top: string): Promise<UntrustedPolicy> {
  const files = policyFiles(top)
  const [policyText, keysText] = await Promise.all([requireText(files.policy), requireText(files.keys)])
  const policy = await parsePolicy(policyText, { file: files.policy })
  const keys = await parseKeys(keysText)
  return { policy, keys, keysDigest: canonicalDigest(JSON.parse(keysText)) }
}

async function requireText(file: string): Promise<string> {
  const text = await readText(file)
  if (text !== undefined) return text
  throw new PolicyError('policy_missing', `there is no ${file}`, {
    place: { file },
    remedy: 'Bring it back from git; where there never was one, a person starts with `model-policy init`.',
  })
}
