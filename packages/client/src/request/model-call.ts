import { hash } from 'node:crypto'
import type { Digest, ModelCall } from '@policy/core'
import type { NamedInBody } from './json-body.ts'

/** A call as read. Its digest is made when first asked for: a call that is only counted never asks. */
export function modelCall(
  endpoint: string,
  { models, tools }: Pick<NamedInBody, 'models' | 'tools'>,
  body: string | Uint8Array,
): ModelCall {
  let digest: Digest | undefined
  return {
    endpoint,
    models,
    tools,
    bodyBytes: Buffer.byteLength(body),
    get bodyDigest(): Digest {
      digest ??= `sha256:${hash('sha256', body)}`
      return digest
    },
  }
}
