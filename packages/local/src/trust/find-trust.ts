import { PolicyError } from '@policy/core'
import type { UserFolders } from '../folders/user-folders.ts'
import type { Repository } from '../repository/repository.ts'
import { allTrust } from './all-trust.ts'
import { requireOutside } from './require-outside.ts'
import { trustFolder, type TrustRoot } from './trust-root.ts'

/**
 * The trust root that pins a repository: the one that knows this clone, else the one for the id its origin remote gives.
 *
 * @throws `trust_missing` when none does, or the trust roots lie inside the working tree; `policy_foreign` when this clone is pinned as
 *   one repository and its remote says another.
 */
export async function findTrust(repository: Repository, folders: UserFolders): Promise<TrustRoot> {
  await requireOutside(repository.top, trustFolder(folders))
  const { remoteId, commonFolder } = repository
  const known = await allTrust(folders)
  const pinned = known.find(({ trust }) => trust.clones.includes(commonFolder))?.trust
  if (pinned !== undefined) {
    if (remoteId === undefined || remoteId === pinned.repository) return pinned
    throw new PolicyError(
      'policy_foreign',
      `this clone is pinned as ${pinned.repository}, but its origin remote says ${remoteId}`,
      { remedy: 'Put the remote back, or let a person pin the clone anew with `model-policy trust`.' },
    )
  }
  const named = known.find(({ trust }) => trust.repository === remoteId)?.trust
  if (named !== undefined) return named
  throw new PolicyError('trust_missing', `nothing on this machine pins ${remoteId ?? repository.top}`, {
    remedy: 'A person pins it with `model-policy trust`, or starts a new policy with `model-policy init`.',
  })
}
