/** Where the SDK's options and requests carry the call they belong to. */
export const callKey: unique symbol = Symbol('model-policy.call')
