import { join } from 'node:path'
import {
  type Clock,
  defaultPolicy,
  defaultPolicyCases,
  generateKeyPair,
  type KeyPair,
  type KeyRole,
  parsePolicy,
  PolicyError,
  type PublicKeyRecord,
  renderKeys,
  ulid,
} from '@policy/core'
import {
  createFileLedger,
  pinTrust,
  policyFiles,
  readText,
  type Repository,
  savePrivateKey,
  signPolicy,
  type UserFolders,
  writeText,
} from '@policy/local'
import { workspacePaths } from '../workspace/open-workspace.ts'
import { personalKeys } from '../workspace/personal-keys.ts'
import { policyText } from './policy-text.ts'

/** What a new repository is set up with. */
export interface SetUpOptions {
  repository: Repository
  folders: UserFolders
  /** The repository's id, such as `github.com/acme/app`. */
  repositoryId: string
  /** The person who sets it up, such as `github:1234567`: signs the policy, and may approve. */
  person: string
  /** Who else may approve. */
  people: readonly string[]
  /** Opens the person's new private keys. */
  passphrase: string
  /** Make nothing, only say what would be made. */
  dryRun: boolean
  clock: Clock
  /** So many bytes from a secure source. */
  randomBytes: (count: number) => Uint8Array
}

/** What was made, or would be: one line each. */
export interface SetUp {
  made: readonly string[]
  kept: readonly string[]
  /** Thumbprint of the new signer's key: what other machines pin. Absent in a dry run. */
  signer?: string
}

const ignored = ['MODEL_AUDIT.log', 'MODEL_AUDIT.log.*']

/**
 * Set up a repository: a policy, the person's keys, the signature over both, the trust root and the ledger of this machine.
 *
 * A policy file that is there is kept and signed as it is. A repository that is already signed is left alone: another
 * machine pins it with `model-policy trust`.
 *
 * @throws `already_set_up` when there is a signature or a keys file; what reading the policy throws.
 */
export async function setUpRepository(options: SetUpOptions): Promise<SetUp> {
  const { repository, folders, repositoryId, dryRun } = options
  const files = policyFiles(repository.top)
  for (const file of [files.signature, files.keys]) {
    if ((await readText(file)) !== undefined) {
      throw new PolicyError('already_set_up', `${file} is there already`, {
        place: { file },
        remedy: 'pin this repository on this machine with: model-policy trust',
      })
    }
  }
  const written = await readText(files.policy)
  const policy = written ?? policyText([options.person, ...options.people])
  // read before anything is made, so that a policy with a fault leaves nothing half done
  await parsePolicy(policy, { file: files.policy })
  // cases are the default policy's own, so they come with it or not at all
  const casesFile = join(repository.top, 'model-policy.test.yaml')
  const writesCases = written === undefined && (await readText(casesFile)) === undefined
  const ignoreFile = join(repository.top, '.gitignore')
  const ignore = await readText(ignoreFile)
  const missing = ignored.filter((line) => !ignore?.split('\n').includes(line))
  const keyPlace = personalKeys({ folders, repository })
  const ledgerFolder = workspacePaths(repository, folders, repositoryId, defaultPolicy.escalation.file).ledger

  const signer = dryRun ? undefined : await generateKeyPair()
  if (signer !== undefined) {
    const approver = await generateKeyPair()
    const ledger = `led_${ulid(options.clock(), options.randomBytes(10))}`
    if (written === undefined) await writeText(files.policy, policy, 0o644)
    if (writesCases) await writeText(casesFile, defaultPolicyCases, 0o644)
    const records = [keyRecord(signer, 'signer', options), keyRecord(approver, 'approver', options)]
    await writeText(files.keys, renderKeys(records), 0o644)
    for (const { privateJwk } of [signer, approver]) {
      await savePrivateKey(keyPlace, privateJwk, options.passphrase)
    }
    const pinned = { repository, folders, repositoryId, signers: [signer.publicJwk], ledger }
    await createFileLedger({ folder: ledgerFolder, id: ledger })
    const { serial } = await signPolicy({
      repository,
      repositoryId,
      key: signer.privateJwk,
      folders,
      clock: options.clock,
    })
    await pinTrust({ ...pinned, serial })
    if (missing.length > 0) await writeText(ignoreFile, withLines(ignore, missing), 0o644)
  }
  return {
    made: [
      ...(written === undefined ? [files.policy] : []),
      ...(writesCases ? [`${casesFile} (run them with: model-policy policy test)`] : []),
      files.keys,
      files.signature,
      ...(missing.length > 0 ? [`${ignoreFile} (${missing.join(', ')})`] : []),
      `${keyPlace.folder} (a signer's and an approver's private key)`,
      `${ledgerFolder} (where grants are spent on this machine)`,
      `${folders.config} (the trust root that pins ${repositoryId})`,
    ],
    kept: written === undefined ? [] : [files.policy],
    ...(signer === undefined ? {} : { signer: signer.kid }),
  }
}

function keyRecord(
  { kid, publicJwk }: KeyPair,
  role: KeyRole,
  { person, clock }: SetUpOptions,
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

function withLines(text: string | undefined, lines: readonly string[]): string {
  const before = text === undefined || text === '' || text.endsWith('\n') ? (text ?? '') : `${text}\n`
  return `${before}${lines.join('\n')}\n`
}
