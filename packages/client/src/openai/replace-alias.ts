import { classifyModel, type Policy } from '@policy/core'
import type { SdkRequestOptions } from './sdk-client.ts'

/** Put the provider's id in place of the policy's own name before the SDK serialises; returns the name replaced. */
export function replaceAlias(request: SdkRequestOptions, policy: Policy): string | undefined {
  const { body } = request
  if (typeof body !== 'object' || body === null || !('model' in body) || typeof body.model !== 'string')
    return undefined
  const model = classifyModel(policy, body.model)
  if (model.match !== 'alias') return undefined
  request.body = { ...body, model: model.id }
  return model.asked
}
