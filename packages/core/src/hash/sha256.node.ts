import { createHash, createHmac } from 'node:crypto'

/** SHA-256 of bytes or of UTF-8 text, as lower-case hexadecimal (FIPS 180-4). */
export function sha256Hex(data: Uint8Array | string): string {
  return createHash('sha256').update(data).digest('hex')
}

/** HMAC-SHA-256 of bytes or of UTF-8 text, as lower-case hexadecimal (RFC 2104). */
export function hmacSha256Hex(key: Uint8Array, data: Uint8Array | string): string {
  return createHmac('sha256', key).update(data).digest('hex')
}
