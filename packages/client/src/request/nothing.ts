import type { ModelCall } from '@policy/core'

/** A call of which nothing is known: no model, no tool, no byte (the digest is that of no bytes). */
export const nothing: ModelCall = Object.freeze({
  models: [],
  endpoint: '',
  bodyDigest: 'sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  tools: [],
  bodyBytes: 0,
})
