import type { LogicalCall } from '../guard/logical-call.ts'
import type { SdkRequest, SdkRequestOptions } from './sdk-client.ts'

/** Where the SDK's options and requests carry the call they belong to. */
const callKey: unique symbol = Symbol('model-policy.call')

/** Options of a request that belong to a call, through all attempts. */
export const bindCall = (request: SdkRequestOptions, call: LogicalCall): SdkRequestOptions => ({
  ...request,
  __metadata: { ...request.__metadata, [callKey]: call },
})

/** The call that options belong to. */
export const callOf = (request: SdkRequestOptions): LogicalCall | undefined =>
  request.__metadata?.[callKey] as LogicalCall | undefined

/** Have a request take its call along to `fetch`, whatever async context that runs in. */
export function sendBound(request: SdkRequest, call: LogicalCall): void {
  Object.assign(request, { [callKey]: call })
}

/** The call that a request on its way to `fetch` belongs to; none where the SDK was entered by a side door. */
export const boundTo = (init: RequestInit | undefined): LogicalCall | undefined =>
  (init as { [callKey]?: LogicalCall } | undefined)?.[callKey]
