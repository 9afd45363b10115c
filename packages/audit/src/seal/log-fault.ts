import { PolicyError, type PolicyErrorCode } from '@policy/core'

/** One thing that is wrong with a log. */
export interface LogFault {
  code: PolicyErrorCode
  message: string
  /** The first line that differs, counted from 1, where the evidence beside the log shows it. */
  line?: number
}

/** The log differs from what was sealed. */
export function altered(path: string, fact: string): PolicyError {
  return new PolicyError('log_altered', `${path} is not the log that was sealed: ${fact}.`, {
    remedy: 'Keep the files as they are and run `model-policy audit verify` to see which line differs.',
    place: { file: path },
  })
}

/** Another log of the same name has taken the place of the sealed one. */
export function another(path: string): PolicyError {
  return new PolicyError(
    'log_altered',
    `${path} is another log than the one that was sealed: its first line is another.`,
    {
      remedy: `If somebody moved the sealed log, move its seal to it (${path}.checkpoint, .leaves and .sealer), verify it there, and seal this one; \`model-policy audit rotate\` does all that. If nobody did, keep the files as they are and look for the sealed log.`,
      place: { file: path, line: 1 },
    },
  )
}

/** The log or its checkpoint is shorter or older than it was. */
export function rolledBack(path: string, fact: string): PolicyError {
  return new PolicyError('log_rolled_back', `${path} was cut or put back: ${fact}.`, {
    remedy: 'Keep the files as they are and look for a fuller copy of the log.',
    place: { file: path },
  })
}

/** There is no log to work on. */
export function logMissing(path: string, cause?: unknown): PolicyError {
  const fact = cause instanceof Error ? ` (${cause.message})` : ''
  return new PolicyError('log_missing', `There is no log at ${path}, or it has no line yet${fact}.`, {
    ...(cause === undefined ? {} : { cause }),
    remedy: 'Look whether the path is right; a log that was there and is gone has been removed.',
    place: { file: path },
  })
}
