import { sha256Hex } from '#sha256'
import canonicalize from 'canonicalize'
import type { Digest } from '../hash/digest.ts'

/** Something done to the world that needs a person's authorization each time. */
export type Act = CommandAct | WriteAct

/** One run of one command. */
export interface CommandAct {
  type: 'command'
  /** Program and arguments, as they are: no shell reads them. */
  command: readonly string[]
  /** Folder below the repository's top, with `/`; `.` is the top. */
  cwd: string
  /** Names of variables that it is given besides those that every program needs. */
  environment: readonly string[]
}

/** One write to one target. */
export interface WriteAct {
  type: 'write'
  /** What is written to, such as a URL, `db:prod/users`, a bucket or a branch. */
  target: string
}

/** SHA-256 over RFC 8785 of an act: what its spend and its entries in the log name. */
export function actDigest(act: Act): Digest {
  return `sha256:${sha256Hex(canonicalize(act) ?? '')}`
}
