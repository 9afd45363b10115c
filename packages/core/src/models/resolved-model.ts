/** What a model class allows: `open` to all, under a `grant`, or never. */
export type Access = 'open' | 'grant' | 'deny'

/** How much of a call is recorded: an entry before and after (`full`), or a daily count (`summary`). */
export type AuditLevel = 'full' | 'summary'

/** How a model name found its class. */
export type ModelMatch =
  | 'id'
  | 'snapshot'
  | 'prefix'
  | 'alias'
  | 'deployment'
  | 'pattern'
  | 'look-alike'
  | 'unknown'

/** A model name with the class that the policy puts it in. */
export interface ResolvedModel {
  /** The name as asked for. */
  asked: string
  /** The provider's id to send; differs from `asked` for an alias. */
  id: string
  /** The class, or `undefined` when no class holds the name. */
  modelClass: string | undefined
  access: Access
  audit: AuditLevel
  match: ModelMatch
  /** The entry of the policy that matched: an id, a pattern or an alias. */
  matched: string | undefined
}
