import { join } from 'node:path'
import { type KeySource, keyring, parseKeys, PolicyError, type PublicKeyRecord } from '@policy/core'
import { readText } from '../files/read-text.ts'

/** The public keys that count for a repository. */
export interface PublicKeys extends KeySource {
  /** Every key in the order of the file. */
  readonly records: readonly PublicKeyRecord[]
}

/** The file of public keys in a repository's `.model-policy` folder. */
export const keysFile = (folder: string) => join(folder, 'keys.json')

/**
 * Read `keys.json` in a repository's `.model-policy` folder. That it is the one a signer signed is `loadPolicy`'s question.
 *
 * @throws `key_missing` when there is no such file, `keys_invalid` when it is not in its form.
 */
export async function loadKeys(folder: string): Promise<PublicKeys> {
  const file = keysFile(folder)
  const text = await readText(file)
  if (text === undefined) {
    throw new PolicyError('key_missing', `there is no keys file ${file}`, {
      place: { file },
      remedy: 'a person makes it with: model-policy init',
    })
  }
  const records = await parseKeys(text)
  return { ...keyring(records), records }
}
