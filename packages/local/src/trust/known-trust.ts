import type { UserFolders } from '../folders/user-folders.ts'
import { allTrust } from './all-trust.ts'
import { machineTrustFolder, trustFolder, type TrustRoot } from './trust-root.ts'

/** What is pinned for one repository's id, and by whom; the machine's wins. */
export interface KnownTrust {
  /** What the machine's administrator pins for every user. */
  machine: TrustRoot | undefined
  /** What this user pinned. */
  own: TrustRoot | undefined
}

/**
 * The trust roots of a repository's id.
 *
 * @throws `trust_missing` when a trust root is not in its form, `file_unreadable`.
 */
export async function knownTrust(folders: UserFolders, repositoryId: string): Promise<KnownTrust> {
  const [machine, own] = await Promise.all(
    [machineTrustFolder(folders), trustFolder(folders)].map(async (folder) =>
      (await allTrust(folder)).find(({ trust }) => trust.repository === repositoryId),
    ),
  )
  return { machine: machine?.trust, own: own?.trust }
}
