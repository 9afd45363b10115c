import hmacSha256 from 'crypto-js/hmac-sha256.js'
import WordArray from 'crypto-js/lib-typedarrays.js'
import sha256 from 'crypto-js/sha256.js'

// Runtimes without a synchronous native hash take this file (see `imports` in package.json); the bytes are the same.
const words = (data: Uint8Array | string) =>
  WordArray.create(typeof data === 'string' ? new TextEncoder().encode(data) : data)

/** SHA-256 of bytes or of UTF-8 text, as lower-case hexadecimal (FIPS 180-4). */
export function sha256Hex(data: Uint8Array | string): string {
  return sha256(words(data)).toString()
}

/** HMAC-SHA-256 of bytes or of UTF-8 text, as lower-case hexadecimal (RFC 2104). */
export function hmacSha256Hex(key: Uint8Array, data: Uint8Array | string): string {
  return hmacSha256(words(data), words(key)).toString()
}
