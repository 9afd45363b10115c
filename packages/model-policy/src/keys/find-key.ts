import { PolicyError, type PublicKeyRecord } from '@policy/core'
import type { PublicKeys } from '@policy/local'

/**
 * The one public key whose thumbprint begins so.
 *
 * @throws `usage` when there is none, or more than one.
 */
export function findKey({ records }: PublicKeys, thumbprint: string): PublicKeyRecord {
  const [found, ...others] = records.filter(({ kid }) => thumbprint !== '' && kid.startsWith(thumbprint))
  if (found !== undefined && others.length === 0) return found
  throw new PolicyError(
    'usage',
    `${found === undefined ? 'no' : 'more than one'} key in the keys file begins with ${JSON.stringify(thumbprint)}`,
    { remedy: 'see them: model-policy keys list' },
  )
}
