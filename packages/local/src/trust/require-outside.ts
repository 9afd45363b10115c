import { PolicyError } from '@policy/core'
import { liesWithin } from '../files/lies-within.ts'

/**
 * Throw unless the trust roots lie outside a working tree: what an agent can edit pins nothing.
 *
 * @throws `trust_missing` when they lie inside.
 */
export async function requireOutside(top: string, trustFolder: string): Promise<void> {
  if (!(await liesWithin(top, trustFolder))) return
  throw new PolicyError(
    'trust_missing',
    `the trust folder ${trustFolder} lies inside the working tree ${top}`,
    {
      remedy: 'Point HOME or XDG_CONFIG_HOME at a folder that the working tree does not hold.',
    },
  )
}
