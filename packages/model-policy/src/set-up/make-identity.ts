import {
  type Clock,
  defaultPolicy,
  generateKeyPair,
  type KeyPair,
  type KeyRole,
  type PublicKeyRecord,
  renderKeys,
  ulid,
} from '@policy/core'
import {
  createFileLedger,
  pinTrust,
  policyFiles,
  type Repository,
  savePrivateKey,
  signPolicy,
  type UserFolders,
  writeText,
} from '@policy/local'
import { workspacePaths } from '../workspace/open-workspace.ts'
import { personalKeys } from '../workspace/personal-keys.ts'
import type { Standing } from './read-standing.ts'

/** Whose keys are made, for which repository. */
export interface MakeIdentityOptions {
  repository: Repository
  folders: UserFolders
  /** The repository's id, such as `github.com/acme/app`. */
  repositoryId: string
  /** The person who sets it up, such as `github:1234567`: signs the policy, and may approve. */
  person: string
  /** Opens the new private keys. */
  passphrase: string
  clock: Clock
  /** So many bytes from a secure source. */
  randomBytes: (count: number) => Uint8Array
}

/** What is made outside the repository, with where it lies: for people. */
export function madeOutside(
  { repository, folders, repositoryId }: Pick<MakeIdentityOptions, 'repository' | 'folders' | 'repositoryId'>,
  { identity, makesLogKey }: Standing,
): [path: string, about: string][] {
  const { folder } = personalKeys({ folders, repository })
  if (identity === 'present') return makesLogKey ? [[folder, "a log's private key"]] : []
  return [
    [folder, "a signer's, an approver's and a log's private key"],
    [ledgerFolder({ repository, folders, repositoryId }), 'where grants are spent on this machine'],
    [folders.config, `the trust root that pins ${repositoryId}`],
  ]
}

function ledgerFolder({
  repository,
  folders,
  repositoryId,
}: Pick<MakeIdentityOptions, 'repository' | 'folders' | 'repositoryId'>): string {
  return workspacePaths(repository, folders, repositoryId, defaultPolicy.escalation.file).ledger
}

/**
 * Make a person's keys, the signature over the policy that lies in the repository, this machine's trust root and its ledger.
 *
 * @returns thumbprint of the signer's key: what other machines pin
 */
export async function makeIdentity(options: MakeIdentityOptions): Promise<string> {
  const { repository, folders, repositoryId, passphrase, clock } = options
  const keys = personalKeys(options)
  const [signer, approver] = [await generateKeyPair(), await generateKeyPair()]
  for (const { privateJwk } of [signer, approver]) await savePrivateKey(keys, privateJwk, passphrase)
  const ledger = `led_${ulid(clock(), options.randomBytes(10))}`
  await createFileLedger({ folder: ledgerFolder(options), id: ledger })
  const records = [keyRecord(signer, 'signer', options), keyRecord(approver, 'approver', options)]
  await writeText(policyFiles(repository.top).keys, renderKeys(records), 0o644)
  const { serial } = await signPolicy({ repository, repositoryId, key: signer.privateJwk, folders, clock })
  await pinTrust({ repository, folders, repositoryId, signers: [signer.publicJwk], ledger, serial })
  return signer.kid
}

function keyRecord(
  { kid, publicJwk }: KeyPair,
  role: KeyRole,
  { person, clock }: MakeIdentityOptions,
): PublicKeyRecord {
  return {
    kid,
    role,
    subject: person,
    key: publicJwk,
    personas: role === 'approver' ? [defaultPolicy.escalation.approvers.persona] : [],
    notBefore: new Date(clock()).toISOString(),
  }
}
