import { PolicyError, type PolicyWarning, policyWarnings, thumbprint } from '@policy/core'
import {
  findTrust,
  listPrivateKeys,
  type LoadPolicyOptions,
  loadPolicy,
  loadPrivateKey,
  openRepository,
  type PolicyClaims,
  policyFiles,
  readPolicy,
  readText,
  signedClaims,
  signPolicy,
  type TrustRoot,
  userFolders,
} from '@policy/local'
import { warningText } from '../candidate/warning-text.ts'
import { personalKeys } from '../workspace/personal-keys.ts'
import { askPassphrase } from '../command-line/ask.ts'
import type { Host } from '../command-line/host.ts'

/** What was signed, and how it differs from what was signed before. */
export interface SignedPolicy {
  claims: PolicyClaims
  /** The key that signed; absent where nothing has changed, so that the signature was left as it is. */
  kid?: string
  changed: { policy: boolean; keys: boolean }
}

/**
 * Sign the policy and keys of the working tree as they lie there, with a key of this user that is pinned here. What is in force as it lies
 * there keeps its signature and serial, unless a key is chosen.
 *
 * Throws `key_missing` when this user holds no such key, `usage` when several and none is chosen; what reading the policy,
 * the trust root and the key refuse with.
 */
export async function signWorkingPolicy(host: Host, chosen: string | undefined): Promise<SignedPolicy> {
  const repository = await openRepository(host.cwd, { env: host.env })
  const folders = userFolders(host.env)
  const trust = await findTrust(repository, folders)
  const place = personalKeys({ folders, repository })
  const kid = await signerKey(trust, await listPrivateKeys(place), chosen)
  const { policy, keysDigest } = await readPolicy(repository.top)
  // Only what a pinned signer signed tells what is new: an agent may write any other signature there.
  const before = await signedClaims(repository, trust).catch(() => undefined)
  const changed = { policy: before?.policy !== policy.digest, keys: before?.keys !== keysDigest }
  host.err(
    [
      `Signing for ${trust.repository}: look at \`git diff\` first, for what you sign is in force.\n`,
      `  model-policy.yaml  ${policy.digest}  ${changed.policy ? 'changed' : 'as signed before'}\n`,
      `  keys.json          ${keysDigest}  ${changed.keys ? 'changed' : 'as signed before'}\n`,
    ].join(''),
  )
  host.err((await warningsOf(repository.top)).map(warningText).join(''))
  const inForce = chosen === undefined && (await isInForce({ repository, folders, trust }))
  if (inForce && before !== undefined) return { claims: before, changed }
  const key = await loadPrivateKey(place, kid, await askPassphrase(host, `Passphrase of the key ${kid}: `))
  const claims = await signPolicy({
    repository,
    repositoryId: trust.repository,
    key,
    folders,
    clock: host.clock,
  })
  return { claims, kid, changed }
}

/** Whether everything stands under its newest signature already. */
const isInForce = (options: LoadPolicyOptions) =>
  loadPolicy(options).then(
    () => true,
    () => false,
  )

async function warningsOf(top: string): Promise<readonly PolicyWarning[]> {
  const text = await readText(policyFiles(top).policy)
  return text === undefined ? [] : policyWarnings(text, { file: 'model-policy.yaml' })
}

async function signerKey(
  trust: TrustRoot,
  held: readonly string[],
  chosen: string | undefined,
): Promise<string> {
  const pinned = trust.signers.map((key) => thumbprint(key))
  const [kid, ...others] = pinned.filter(
    (one) => held.includes(one) && (chosen === undefined || one === chosen),
  )
  if (kid === undefined) {
    throw new PolicyError(
      'key_missing',
      `you hold no private key that is pinned as a signer of ${trust.repository}`,
      {
        remedy: `ask whoever holds one of ${pinned.join(', ')}`,
      },
    )
  }
  if (others.length === 0) return kid
  throw new PolicyError('usage', `you hold several signers' keys: ${[kid, ...others].join(', ')}`, {
    remedy: 'choose one: --key <thumbprint>',
  })
}
