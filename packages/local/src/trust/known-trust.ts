import type { UserFolders } from '../folders/user-folders.ts'
import { allTrust } from './all-trust.ts'
import type { TrustRoot } from './trust-root.ts'

/**
 * The trust root of a user for a repository's id, or `undefined`.
 *
 * @throws `trust_missing` when a trust root is not in its form, `file_unreadable`.
 */
export async function knownTrust(folders: UserFolders, repositoryId: string): Promise<TrustRoot | undefined> {
  return (await allTrust(folders)).find(({ trust }) => trust.repository === repositoryId)?.trust
}
