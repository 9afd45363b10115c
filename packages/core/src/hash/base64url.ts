/** Bytes as base64url without padding (RFC 4648, section 5). */
export function base64url(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '')
}

// Groups of four characters, then none, two or three whose unused bits are zero: the one spelling of RFC 4648, section 3.5.
const canonical = /^(?:[A-Za-z0-9_-]{4})*(?:[A-Za-z0-9_-][AQgw]|[A-Za-z0-9_-]{2}[AEIMQUYcgkosw048])?$/

/**
 * The bytes of base64url text, or `undefined` unless it is in the one spelling {@link base64url} gives.
 *
 * Other decoders ignore the unused bits of the last character, so that several texts mean the same bytes.
 */
export function bytesOfBase64url(text: string): Uint8Array<ArrayBuffer> | undefined {
  if (!canonical.test(text)) return undefined
  const binary = atob(text.replaceAll('-', '+').replaceAll('_', '/'))
  const bytes = new Uint8Array(binary.length)
  for (let index = 0; index < binary.length; index++) bytes[index] = binary.charCodeAt(index)
  return bytes
}

/** Hexadecimal text, as the hashes here give it, as base64url. */
export function base64urlOfHex(hex: string): string {
  return base64url(Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16)))
}
