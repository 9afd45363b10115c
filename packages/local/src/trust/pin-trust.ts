import { PolicyError, type PublicJwk, thumbprint } from '@policy/core'
import { writeText } from '../files/write-text.ts'
import type { UserFolders } from '../folders/user-folders.ts'
import type { Repository } from '../repository/repository.ts'
import { allTrust } from './all-trust.ts'
import { requireOutside } from './require-outside.ts'
import { machineTrustFolder, parseTrustRoot, trustFile, trustFolder, type TrustRoot } from './trust-root.ts'

/** What a person pins. */
export interface PinTrustOptions {
  /** The clone at hand; it is remembered as this repository whatever its remote says later. */
  repository: Repository
  folders: UserFolders
  /** The repository's id, such as `github.com/acme/app`; without a remote a name of one's own, such as `local/app`. */
  repositoryId: string
  /** The keys whose signature a policy must carry. */
  signers: readonly PublicJwk[]
  /** Id of the ledger in which grants are spent. */
  ledger: string
  /** The audit log's origin and its sealer's verifier key. */
  log?: { origin: string; vkey: string }
  /** The serial of the policy now in force; 0 before the first. */
  serial: number
}

/**
 * Pin a repository on this machine: write its trust root, keeping the other clones that an earlier one knew.
 *
 * This is the act that everything else rests on: only a person may do it.
 *
 * @throws `trust_missing` when the folder lies inside the working tree or the values are no trust root; `policy_foreign` when the machine
 *   pins other signers; `file_unreadable`.
 */
export async function pinTrust(options: PinTrustOptions): Promise<{ trust: TrustRoot; file: string }> {
  const { repository, folders, repositoryId, signers, ledger, log, serial } = options
  await requireOutside(repository.top, trustFolder(folders))
  const clone = repository.commonFolder
  const file = trustFile(folders, repositoryId)
  await requireMachineAgrees(folders, repositoryId, signers)
  const known = await allTrust(trustFolder(folders))
  const clones = known.find(({ trust }) => trust.repository === repositoryId)?.trust.clones ?? []
  const text = formatTrust({
    trust: 1,
    repository: repositoryId,
    signers,
    ledger,
    ...(log === undefined ? {} : { log }),
    serial,
    clones: [...new Set([...clones, clone])],
  })
  const trust = await parseTrustRoot(text, file)
  // A clone is one repository: whatever it was pinned as before, it is not any more.
  const former = known.filter((entry) => entry.file !== file && entry.trust.clones.includes(clone))
  for (const entry of former) {
    const others = entry.trust.clones.filter((other) => other !== clone)
    await writeText(entry.file, formatTrust({ ...entry.trust, clones: others }), 0o600)
  }
  await writeText(file, text, 0o600)
  return { trust, file }
}

async function requireMachineAgrees(
  folders: UserFolders,
  repositoryId: string,
  signers: readonly PublicJwk[],
): Promise<void> {
  const machine = (await allTrust(machineTrustFolder(folders))).find(
    ({ trust }) => trust.repository === repositoryId,
  )
  const pinned = machine?.trust.signers.map((key) => thumbprint(key))
  if (machine === undefined || signers.every((key) => pinned?.includes(thumbprint(key)))) return
  throw new PolicyError(
    'policy_foreign',
    `${machine.file} pins the signers of ${repositoryId} for every user of this machine, and others were given`,
    { place: { file: machine.file }, remedy: "Ask the machine's administrator to pin them there." },
  )
}

const formatTrust = (trust: TrustRoot) => `${JSON.stringify(trust, null, 2)}\n`
