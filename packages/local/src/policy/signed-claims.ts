import { PolicyError } from '@policy/core'
import { readText } from '../files/read-text.ts'
import type { Repository } from '../repository/repository.ts'
import type { TrustRoot } from '../trust/trust-root.ts'
import { policyFiles } from './policy-files.ts'
import { type PolicyClaims, verifyPolicySignature } from './policy-signature.ts'

/**
 * What a pinned signer last signed in a working tree, whatever its policy and keys are now.
 *
 * @throws `policy_unsigned` when there is no signature, and what verifying it refuses with: `policy_foreign`, `policy_altered`.
 */
export async function signedClaims(repository: Repository, trust: TrustRoot): Promise<PolicyClaims> {
  const { signature: file } = policyFiles(repository.top)
  const text = await readText(file)
  if (text === undefined) {
    throw new PolicyError('policy_unsigned', `there is no ${file}`, {
      place: { file },
      remedy: 'Have a signer sign the policy with `model-policy policy sign`.',
    })
  }
  const claims = await verifyPolicySignature(text.trimEnd(), trust.signers, file)
  if (claims.iss === trust.repository) return claims
  throw new PolicyError(
    'policy_foreign',
    `the policy is signed for ${claims.iss}; this repository is ${trust.repository}`,
    {
      place: { file },
      remedy: 'Have a signer sign it for this one with `model-policy policy sign`.',
    },
  )
}
