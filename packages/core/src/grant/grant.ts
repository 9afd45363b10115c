import type { Digest } from '../hash/digest.ts'

/** One thing a grant permits (RFC 9396). Every member must be understood, else the grant covers nothing. */
export type GrantDetail = ModelCallDetail | CommandDetail | WriteDetail

interface DetailScope {
  /** Repositories, such as `github.com/acme/app`. */
  locations: readonly string[]
  /** The one piece of work it is for. */
  task: string
  /** Roles in which the agent may use it. */
  personas: readonly string[]
  /** Globs of the files the work may touch. */
  paths: readonly string[]
  /** How many logical calls it is good for; a retry is not another one. */
  max_calls: number
}

/** Permission to call models. */
export interface ModelCallDetail extends DetailScope {
  type: 'model_call'
  /** Provider ids, exact. */
  models: readonly string[]
  /** Types of tools that may act on their own in these calls, such as `mcp`; none when absent. */
  tools?: readonly string[]
}

/** Permission to run one exact command. */
export interface CommandDetail extends DetailScope {
  type: 'command'
  /** The program and its arguments, each as it is given: no shell reads them. */
  command: readonly string[]
  /** Folder it runs in, below the repository's top; the top when absent. */
  cwd?: string
  /** Names of variables it is given besides those that every program needs; none when absent. */
  environment?: readonly string[]
}

/** Permission to write to one target. */
export interface WriteDetail extends DetailScope {
  type: 'write'
  /** What may be written to, as the request named it. */
  target: string
}

/** Where a grant comes from. */
export interface GrantApproval {
  /** A person's approval, or an objective threshold measured by a trusted measurer. */
  basis: 'approval' | 'threshold'
  /** Where the approval can be looked at. */
  uri: string
  /** The event that approved, unique per approval. */
  event: string
  /** Digest of what was asked. */
  escalation: Digest
  /** Digest of the policy it was asked and approved under. */
  policy: Digest
  /** The commit the work starts from. */
  base: string
}

/** The claims of a grant: a JWT payload with `typ: model-grant+jwt`. Times are seconds since 1970-01-01T00:00:00Z. */
export interface GrantClaims {
  /** The repository it was issued for, such as `github.com/acme/app`. */
  iss: string
  /** The ledger in which it is spent, such as `model-policy:led_01J…`. */
  aud: string
  /** Who approved, such as `github:1234567`. */
  sub: string
  /** Its id: the same for the same approval, however often that is minted. */
  jti: string
  /** When it was issued. */
  iat: number
  /** It counts from then on. */
  nbf: number
  /** It counts until then. */
  exp: number
  /** The agent that acts (RFC 8693). */
  act: { sub: string }
  /** Thumbprint of the agent's key (RFC 7800). */
  cnf: { jkt: string }
  /** The one thing it permits. */
  authorization_details: readonly [GrantDetail]
  /** What it rests on. */
  approval: GrantApproval
}

declare const verified: unique symbol

/** A grant whose signature, key, times, issuer and audience have been checked; only `verifyGrant` makes one. */
export interface VerifiedGrant extends GrantClaims {
  readonly [verified]: true
  /** Thumbprint of the key that signed it. */
  readonly kid: string
}
