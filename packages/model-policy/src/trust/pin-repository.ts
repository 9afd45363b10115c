import { type Clock, PolicyError, type PublicKeyRecord, ulid } from '@policy/core'
import {
  createFileLedger,
  knownTrust,
  loadPolicy,
  pinTrust,
  readPolicy,
  type Repository,
  type TrustRoot,
  type UserFolders,
} from '@policy/local'
import { workspacePaths } from '../workspace/open-workspace.ts'

/** What is pinned, and by which signers. */
export interface PinRepositoryOptions {
  repository: Repository
  folders: UserFolders
  /** The repository's id, such as `github.com/acme/app`. */
  repositoryId: string
  /** Thumbprints of the signers' keys, or what they begin with: 12 characters or more. */
  signers: readonly string[]
  /** The audit log's origin and its sealer's verifier key. */
  log?: { origin: string; vkey: string }
  clock: Clock
  /** So many bytes from a secure source. */
  randomBytes: (count: number) => Uint8Array
}

const shortest = 12

/**
 * Pin a repository on this machine by its signers, once what they signed has been verified; the ledger is made when there is none.
 *
 * Throws `policy_foreign` when a thumbprint is not that of a signer in the keys file, and what `loadPolicy` refuses with.
 */
export async function pinRepository(
  options: PinRepositoryOptions,
): Promise<{ trust: TrustRoot; file: string }> {
  const { repository, folders, repositoryId } = options
  const { policy, keys } = await readPolicy(repository.top)
  const signers = options.signers.map((thumbprint) => signerNamed(thumbprint, keys).key)
  const { machine, own } = await knownTrust(folders, repositoryId)
  const known = machine ?? own
  const ledger = known?.ledger ?? `led_${ulid(options.clock(), options.randomBytes(10))}`
  const log = options.log ?? known?.log
  const pins = { signers, ledger, serial: known?.serial ?? 0, ...(log === undefined ? {} : { log }) }

  const { serial } = await loadPolicy({
    repository,
    folders,
    trust: { trust: 1, repository: repositoryId, clones: [], ...pins },
  })
  if (own === undefined) {
    const paths = workspacePaths(repository, folders, repositoryId, policy.document.escalation.file)
    await createFileLedger({ folder: paths.ledger, id: ledger })
  }
  return pinTrust({ repository, folders, repositoryId, ...pins, serial })
}

function signerNamed(thumbprint: string, keys: readonly PublicKeyRecord[]): PublicKeyRecord {
  if (thumbprint.length < shortest) {
    throw new PolicyError('usage', `${thumbprint} is too short to name a key`, {
      remedy: `give the first ${shortest} characters of the thumbprint or more`,
    })
  }
  const found = keys.find(
    ({ kid, role, revokedAt }) => role === 'signer' && revokedAt === undefined && kid.startsWith(thumbprint),
  )
  if (found) return found
  throw new PolicyError('policy_foreign', `no signer in the keys file has a key ${thumbprint}…`, {
    remedy:
      'ask the signer for the thumbprint that `model-policy trust show` prints, on a way that no agent can change',
  })
}
