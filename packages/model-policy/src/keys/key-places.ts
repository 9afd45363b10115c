import { dirname } from 'node:path'
import { openRepository, policyFiles, type PrivateKeyFolder, userFolders } from '@policy/local'
import type { Host } from '../command-line/host.ts'
import { personalKeys } from '../workspace/personal-keys.ts'

/** Where the public keys of a repository and the private keys of this user lie. */
export interface KeyPlaces {
  /** The working tree's top. */
  top: string
  /** The repository's `.model-policy` folder. */
  folder: string
  /** `keys.json`; what lies there counts only as a signer signed it. */
  file: string
  own: PrivateKeyFolder
}

/** Where keys lie for the repository at hand; nothing needs to be trusted or signed yet. */
export async function keyPlaces(host: Host): Promise<KeyPlaces> {
  const repository = await openRepository(host.cwd, { env: host.env })
  const file = policyFiles(repository.top).keys
  return {
    top: repository.top,
    folder: dirname(file),
    file,
    own: personalKeys({ folders: userFolders(host.env), repository }),
  }
}
