import { join } from 'node:path'
import { keysFile } from '../keys/load-keys.ts'

/** Where a working tree keeps its policy, the public keys and the signature over both. */
export interface PolicyFiles {
  policy: string
  keys: string
  signature: string
}

/** The policy's files below a working tree's top folder. */
export function policyFiles(top: string): PolicyFiles {
  const folder = join(top, '.model-policy')
  return {
    policy: join(top, 'model-policy.yaml'),
    keys: keysFile(folder),
    signature: join(folder, 'policy.sig'),
  }
}
