import { sha256Hex } from '#sha256'
import type { Digest } from './digest.ts'

/** SHA-256 of bytes, or of the UTF-8 bytes of a text, as a {@link Digest}. */
export function sha256Digest(data: Uint8Array | string): Digest {
  return `sha256:${sha256Hex(data)}`
}
