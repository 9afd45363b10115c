import { PolicyError } from '@policy/core'
import type { UserFolders } from '../folders/user-folders.ts'
import type { Repository } from '../repository/repository.ts'
import { allTrust, type TrustEntry } from './all-trust.ts'
import { requireOutside } from './require-outside.ts'
import { machineTrustFolder, trustFolder, type TrustRoot } from './trust-root.ts'

/**
 * The trust root that pins a repository: the one that knows this clone, else the one for the id its origin remote gives.
 *
 * What the machine pins wins: a user's own root, wherever `XDG_CONFIG_HOME` leads, counts only for repositories that it does not pin.
 *
 * @throws `trust_missing` when none does, or the trust roots lie inside the working tree; `policy_foreign` when this clone is pinned as
 *   one repository and its remote says another.
 */
export async function findTrust(repository: Repository, folders: UserFolders): Promise<TrustRoot> {
  const places = [machineTrustFolder(folders), trustFolder(folders)]
  for (const place of places) await requireOutside(repository.top, place)
  const [machine = [], own = []] = await Promise.all(places.map(allTrust))
  const found = pinOf(repository, machine) ?? pinOf(repository, own)
  if (found === undefined) {
    const { remoteId, top } = repository
    throw new PolicyError('trust_missing', `nothing on this machine pins ${remoteId ?? top}`, {
      remedy: 'A person pins it with `model-policy trust`, or starts a new policy with `model-policy init`.',
    })
  }
  // a clone that only the user knows may still be of a repository that the machine pins
  return machine.find(({ trust }) => trust.repository === found.repository)?.trust ?? found
}

function pinOf({ remoteId, commonFolder }: Repository, known: readonly TrustEntry[]): TrustRoot | undefined {
  const pinned = known.find(({ trust }) => trust.clones.includes(commonFolder))?.trust
  if (pinned !== undefined) {
    if (remoteId === undefined || remoteId === pinned.repository) return pinned
    throw new PolicyError(
      'policy_foreign',
      `this clone is pinned as ${pinned.repository}, but its origin remote says ${remoteId}`,
      { remedy: 'Put the remote back, or let a person pin the clone anew with `model-policy trust`.' },
    )
  }
  return known.find(({ trust }) => trust.repository === remoteId)?.trust
}
