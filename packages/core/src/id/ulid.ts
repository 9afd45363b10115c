const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'

/**
 * A ULID: 48 bits of time in milliseconds and 80 random bits, as 26 characters that sort by time (github.com/ulid/spec).
 *
 * `random` is 10 bytes from a secure source.
 */
export function ulid(now: number, random: Uint8Array): string {
  const bits = [...random].reduce((sum, byte) => (sum << 8n) | BigInt(byte), BigInt(now))
  return Array.from(
    { length: 26 },
    (_, index) => alphabet[Number((bits >> BigInt(5 * (25 - index))) & 31n)],
  ).join('')
}
