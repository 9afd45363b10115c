import type { Digest } from '../hash/digest.ts'

/** Why a dearer model is wanted (the usage policy, part 3). */
export type EscalationReason = 'complexity' | 'security' | 'ux-fidelity'

/**
 * What is asked for: a model, with the types of the tools that may act on their own in its calls; one run of one exact command, in a
 * folder below the top, given variables by their names; or one write to one target.
 */
export type EscalationRequest =
  | { model: string; tools?: readonly string[] }
  | { command: readonly string[]; cwd?: string; environment?: readonly string[] }
  | { write: string }

/** A public Ed25519 key as a JWK (RFC 8037). */
export interface PublicJwk {
  kty: 'OKP'
  crv: 'Ed25519'
  /** The 32 bytes of the key in base64url, unpadded. */
  x: string
}

/** The facts of a request for a dearer model, a command or a write: the front matter of `escalation.md`. */
export interface Escalation {
  /** Form version. */
  escalation: 1
  /** `esc_` and a ULID. */
  id: string
  /** The piece of work, such as `ISSUE-12`. */
  task: string
  /** Who asks and will act, such as `agent:refactor-bot`. */
  agent: string
  /** The key the grant will be bound to. */
  agentKey: PublicJwk
  /** The role it acts in. */
  persona: string
  /** What is asked for. */
  request: EscalationRequest
  /** The repository, such as `github.com/acme/app`. */
  repo: string
  /** Id of the ledger in which the grant will be spent. */
  ledger: string
  /** The commit the work starts from. */
  base: string
  /** Why the open classes do not do, in the usage policy's words. */
  reasons: readonly EscalationReason[]
  /** One sentence: the work. */
  summary: string
  /** What was measured; `null` where nothing has changed yet. */
  measured: {
    changedFiles: number
    changedLines: number
    modules: number
    sensitive: readonly string[]
  } | null
  /** Globs of the files the work may touch. */
  paths: readonly string[]
  /** The agent's own estimate: a claim. */
  estimate: { promptTokens: number; outputs: readonly string[] }
  /** Digest of the policy this was written under. */
  policy: Digest
}
