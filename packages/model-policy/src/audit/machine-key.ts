import { verifierKey } from '@policy/audit'
import { generateKeyPair } from '@policy/core'
import { type PrivateKeyFolder, savePrivateKey } from '@policy/local'

/** Where the public keys of a repository's sealers stand, below its top: one a line, read at the base of a pull request. */
export const logKeysFile = '.model-policy/log.vkey'

/** The keys that a text of {@link logKeysFile} lists. */
export const logKeysIn = (text: string | undefined): string[] =>
  (text ?? '')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')

/** Make the key that seals this machine's log: the private half goes under a passphrase into this user's folder, the public one is given. */
export async function makeMachineKey(
  place: PrivateKeyFolder,
  origin: string,
  passphrase: string,
): Promise<{ origin: string; vkey: string }> {
  const { privateJwk, publicJwk } = await generateKeyPair()
  const vkey = verifierKey(origin, publicJwk)
  await savePrivateKey(place, privateJwk, passphrase)
  return { origin, vkey }
}
