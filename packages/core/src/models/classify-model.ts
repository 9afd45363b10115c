import { compiledOf } from '../policy/compiled.ts'
import type { Policy } from '../policy/policy.ts'
import { resolveModel } from './resolve-model.ts'
import type { ResolvedModel } from './resolved-model.ts'

/**
 * The class that a policy puts a model name in, with the provider's id and how the name was matched. Pure; never throws.
 *
 * @example
 * classifyModel(policy, 'gpt-codex-5.3')
 * // { asked: 'gpt-codex-5.3', id: 'gpt-5.3-codex', modelClass: 'codex', access: 'grant', match: 'alias', … }
 */
export function classifyModel(policy: Policy, name: string): ResolvedModel {
  return resolveModel(compiledOf(policy).models, name)
}
