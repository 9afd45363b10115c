import { isUtf8 } from 'node:buffer'

const backslash = 0x5c
const escapeLike = /\\(?=x[0-9a-f]{2})/g

/**
 * A path's bytes as a string that no other path has.
 *
 * UTF-8 is decoded; a byte that is not part of it is written `\xNN`, and a backslash that would read as one of those `\x5c`.
 */
export function decodePath(path: Buffer): string {
  const bytes = path.includes(backslash)
    ? Buffer.from(path.toString('latin1').replace(escapeLike, '\\x5c'), 'latin1')
    : path
  if (isUtf8(bytes)) return bytes.toString()
  let text = ''
  for (let start = 0, end = 0; start < bytes.length; start = end) {
    const length = [1, 2, 3, 4].find((size) => isUtf8(bytes.subarray(start, start + size)))
    end = start + (length ?? 1)
    const here = bytes.subarray(start, end)
    text += length === undefined ? `\\x${here.toString('hex')}` : here.toString()
  }
  return text
}
