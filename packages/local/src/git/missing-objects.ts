import { PolicyError } from '@policy/core'

/**
 * The error for content that a clone lacks.
 *
 * A partial clone keeps its promise to fetch what it lacks in its configuration, which a view does not read.
 */
export function missingObjects(cause?: unknown): PolicyError {
  return new PolicyError(
    'history_incomplete',
    'this clone is partial and lacks content that is needed to measure the change',
    {
      ...(cause === undefined ? {} : { cause }),
      remedy: 'Fetch the rest with `git fetch --refetch --no-filter`.',
    },
  )
}
