import { join, resolve } from 'node:path'
import { PolicyError, type PolicyErrorCode } from '@policy/core'
import { findTrust, openRepository, type Repository, userFolders } from '@policy/local'
import type { Host } from '../command-line/host.ts'

/** Which log, as the options of a command say it. */
export interface FindLogOptions {
  log?: string
  origin?: string
  vkey?: string
}

/** What is known of a log before it is read. */
export interface TrustedLog {
  /** What it must be called, where the options or a trust root say so. */
  origin: string | undefined
  /** The key that must have sealed it, where the options or a trust root say so. */
  vkey: string | undefined
  /** The repository at hand, where there is one. */
  repository: Repository | undefined
}

/** A log that can be read. */
export interface FoundLog extends TrustedLog {
  path: string
}

type Place = Pick<Host, 'cwd' | 'env'>

/**
 * What a log must be, from the options, else from the trust root of this repository. No policy is needed, nor, when all is said, a
 * repository: an auditor may hold the log and its key alone.
 */
export async function trustedLog(host: Place, options: FindLogOptions): Promise<TrustedLog> {
  const repository = await unless('repository_missing', openRepository(host.cwd, { env: host.env }))
  const trust = repository && (await unless('trust_missing', findTrust(repository, userFolders(host.env))))
  // A key that is named brings its own origin; the pinned origin goes with the pinned key.
  const pinned = options.vkey === undefined ? trust?.log : undefined
  return { origin: options.origin ?? pinned?.origin, vkey: options.vkey ?? pinned?.vkey, repository }
}

/**
 * Find a log: the one that is named, else this repository's.
 *
 * @throws `usage` when none is named and there is no repository.
 */
export async function findLog(host: Place, options: FindLogOptions): Promise<FoundLog> {
  const log = await trustedLog(host, options)
  if (options.log !== undefined) return { ...log, path: resolve(host.cwd, options.log) }
  if (log.repository) return { ...log, path: join(log.repository.top, 'MODEL_AUDIT.log') }
  throw new PolicyError('usage', `${host.cwd} lies in no repository, and no log is named`, {
    remedy: 'give --log <file>',
  })
}

/** The result, or `undefined` when it is refused with a certain code. */
async function unless<Result>(code: PolicyErrorCode, work: Promise<Result>): Promise<Result | undefined> {
  try {
    return await work
  } catch (error) {
    if (PolicyError.is(error) && error.code === code) return undefined
    throw error
  }
}

/**
 * The key that a log must be verified with.
 *
 * @throws `trust_missing` when nothing says which: that is no verdict on the log.
 */
export function requireVkey({ vkey }: TrustedLog): string {
  if (vkey !== undefined) return vkey
  throw new PolicyError(
    'trust_missing',
    'nothing says which key must have sealed the log, so nothing was checked',
    {
      remedy: 'give --vkey, or let a person pin it: model-policy trust --log-origin <name> --log-key <vkey>',
    },
  )
}
