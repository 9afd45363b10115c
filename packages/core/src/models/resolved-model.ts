/** What a model class allows: `open` to all, under a `grant`, or never. */
export type Access = 'open' | 'grant' | 'deny'

/** How much of a call is recorded: an entry before and after (`full`), or a daily count (`summary`). */
export type AuditLevel = 'full' | 'summary'

/**
 * How a model name found its class: `id`, `alias` and `deployment` are listed byte for byte, `snapshot` and `prefix`
 * are a listed id with a date behind it or a provider before it, `fine-tune` is named after its base, `look-alike`
 * only resembles a listed name.
 */
export type ModelMatch =
  | 'id'
  | 'snapshot'
  | 'prefix'
  | 'alias'
  | 'deployment'
  | 'pattern'
  | 'fine-tune'
  | 'look-alike'
  | 'unknown'

/** A model name with the class that the policy puts it in. */
export interface ResolvedModel {
  /** The name as asked for. */
  asked: string
  /**
   * The provider's id, which grants and entries name. Differs from `asked` for an alias, which it replaces before the
   * request leaves, and for a deployment, which leaves as it was asked for.
   */
  id: string
  /** The class, or `undefined` when no class holds the name. */
  modelClass: string | undefined
  /** What its class allows; for an unknown name, what the policy says of those. */
  access: Access
  /** How its class is recorded. */
  audit: AuditLevel
  /** How the name found its class. */
  match: ModelMatch
  /** The entry of the policy that matched, or that an unknown name resembles: an id, a pattern or an alias. */
  matched: string | undefined
}
