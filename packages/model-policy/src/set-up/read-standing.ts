import { join } from 'node:path'
import { PolicyError } from '@policy/core'
import {
  findTrust,
  policyFiles,
  readText,
  repositoryStateFolder,
  type Repository,
  type TrustRoot,
  type UserFolders,
} from '@policy/local'
import { logKeysFile, logKeysIn } from '../audit/machine-key.ts'

/** How far a repository is set up, and this machine with it. */
export interface Standing {
  /** Whether keys and their signature are in the repository. */
  identity: 'present' | 'missing'
  /** What this machine has pinned. */
  trust: TrustRoot | undefined
  /** The key that seals the log here, where one is pinned. */
  log: TrustRoot['log']
  /** Whether one is to be made: for a new repository, and for one that lists none yet. */
  makesLogKey: boolean
}

/**
 * Look how far a repository is set up.
 *
 * @throws `already_set_up` when keys lie there without a signature or the policy, a signature without keys, or nothing of a repository that
 *   this machine has pinned; `policy_foreign`.
 */
export async function readStanding(repository: Repository, folders: UserFolders): Promise<Standing> {
  const { keys, signature, policy } = policyFiles(repository.top)
  const [keysThere, signatureThere] = (await Promise.all([keys, signature].map(readText))).map(
    (text) => text !== undefined,
  )
  if (keysThere !== signatureThere) {
    const [there, lacking] = keysThere ? [keys, signature] : [signature, keys]
    throw new PolicyError('already_set_up', `${there} is there, and ${lacking} is not`, {
      place: { file: there },
      remedy: keysThere
        ? 'Sign it with `model-policy policy sign`; if it is left from an init that was cut short, remove it and run init again.'
        : 'Bring the other back from git.',
    })
  }
  const trust = await trustHere(repository, folders)
  if (!keysThere) {
    if (trust !== undefined) throw pinnedBefore(trust, keys, folders)
    return { identity: 'missing', trust: undefined, log: undefined, makesLogKey: true }
  }
  if ((await readText(policy)) === undefined) {
    throw new PolicyError('already_set_up', `${keys} and its signature are there, and ${policy} is not`, {
      place: { file: policy },
      remedy:
        'Bring it back from git, or write one, and have a signer sign it with `model-policy policy sign`.',
    })
  }
  const listed = logKeysIn(await readText(join(repository.top, logKeysFile)))
  const makesLogKey = trust !== undefined && trust.log === undefined && listed.length === 0
  return { identity: 'present', trust, log: trust?.log, makesLogKey }
}

/** Set up once, on another branch or in another clone: new keys would be held against the old pin and refused, with half of them made. */
const pinnedBefore = ({ repository: id }: TrustRoot, keys: string, folders: UserFolders) =>
  new PolicyError('already_set_up', `this machine has pinned ${id} before, and ${keys} is not there`, {
    place: { file: keys },
    remedy: `Bring .model-policy and model-policy.yaml here from the branch that has them; to start anew, remove what is pinned of ${id} in ${join(folders.config, 'trust')}, and ${repositoryStateFolder(folders, id)}.`,
  })

async function trustHere(repository: Repository, folders: UserFolders): Promise<TrustRoot | undefined> {
  try {
    return await findTrust(repository, folders)
  } catch (error) {
    if (PolicyError.is(error) && error.code === 'trust_missing') return undefined
    throw error
  }
}
