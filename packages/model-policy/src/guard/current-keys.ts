import { isDeepStrictEqual } from 'node:util'
import { type KeySource, PolicyError } from '@policy/core'
import { loadPolicy, policyFiles, readText } from '@policy/local'
import type { Workspace } from '../workspace/open-workspace.ts'

/**
 * The workspace's keys, for as long as its policy and keys are those in force: what a person revokes or signs anew holds for a guard
 * that lives on as well.
 *
 * `find` throws `policy_changed` once others are signed, and what `loadPolicy` throws for those that do not count.
 */
export function currentKeys(workspace: Workspace): KeySource {
  const { repository, folders, keys, policy, serial, keyRecords } = workspace
  const file = policyFiles(repository.top).signature
  let { signature } = workspace
  return {
    async find(kid) {
      const text = await readText(file)
      if (text !== signature) {
        const now = await loadPolicy({ repository, folders })
        const isSame = now.policy.digest === policy.digest && isDeepStrictEqual(now.keys, keyRecords)
        if (!isSame) {
          throw new PolicyError(
            'policy_changed',
            `this guard was opened under the policy of serial ${serial}; the one of serial ${now.serial} is in force now`,
          )
        }
        signature = text
      }
      return keys.find(kid)
    },
  }
}
