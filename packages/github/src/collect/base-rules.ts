import { parseKeys, parsePolicy, type Policy, PolicyError, type PublicKeyRecord } from '@policy/core'
import type { GitHistory } from '../git/git-history.ts'
import { readFile } from '../git/read-file.ts'

/** What a pull request is judged by: read at the base branch's tip, never from what the pull request brings. */
export interface BaseRules {
  policy: Policy
  keys: readonly PublicKeyRecord[]
  /** Verifier keys of the sealers of this repository's logs (C2SP signed-note), one a line of `.model-policy/log.vkey`. */
  logKeys: readonly string[]
}

/**
 * Read policy, keys and log keys at a commit of the base branch: merging into it is protected, so what lies there is trusted.
 *
 * @throws `policy_missing`, `policy_invalid`, `keys_invalid`
 */
export async function readBaseRules(history: GitHistory, base: string): Promise<BaseRules> {
  const textAt = async (path: string) => {
    const file = await readFile(history, base, path)
    if (file.type === 'refused') {
      throw new PolicyError('policy_invalid', `at ${base}: ${file.reason}`, {
        // The gate says this of every pull request, also of the one that mends it.
        remedy: 'Have somebody who may bypass the ruleset mend it on the base branch.',
      })
    }
    return file.type === 'file' ? file.text : undefined
  }
  const [policy, keys, logKeys] = await Promise.all(
    ['model-policy.yaml', '.model-policy/keys.json', '.model-policy/log.vkey'].map(textAt),
  )
  if (policy === undefined) {
    throw new PolicyError('policy_missing', `there is no model-policy.yaml at ${base}`, {
      remedy: 'merge one into the base branch first: model-policy init',
    })
  }
  return {
    policy: await parsePolicy(policy, { file: 'model-policy.yaml' }),
    keys: keys === undefined ? [] : await parseKeys(keys),
    logKeys: (logKeys ?? '')
      .split('\n')
      .map((line) => line.trim())
      .filter((line) => line !== ''),
  }
}
