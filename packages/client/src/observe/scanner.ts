import { readAnswer, type Answer } from './answer.ts'
import { mayAskForTool } from './tool-asks.ts'

/** Reads what an answer tells of itself while its bytes pass by. */
export interface Scanner {
  /** Look at the next bytes; `true` once they say that what follows tells nothing more. */
  scan(chunk: Uint8Array): boolean
  /** The bytes are over; what is known now is all there is. */
  end(): Answer
}

const largestLine = 8 * 1024 * 1024
const largestBody = 8 * 1024 * 1024
const lineFeed = 0x0a

/** The sign of the end: of Chat Completions, Responses and Messages. */
const lastEvent = /^data: ?(?:\[DONE\]|\{"type":"(?:response\.(?:completed|failed|incomplete)|message_stop)")/

/** What a stretch of a stream holds when a line of it may be worth parsing: looked for in the bytes, before any is decoded. */
const telling =
  /"usage"|\[DONE\]|"response\.(?:completed|failed|incomplete|output_item\.done)"|message_stop|tool_calls|function_call|tool_use/

/** What a line holds that tells of usage, or of how a response ended. */
const worthParsing = /"usage"\s*:\s*\{|"response\.(?:completed|failed|incomplete)"/

/** For an event stream: parses the first event, the last, those that carry usage and those that ask for tools, and no other. */
export function eventScanner(): Scanner {
  const answer: Answer = { streamed: true }
  /** The line that has not ended yet. */
  let held: Buffer[] = []
  let size = 0
  const line = (text: string): void => {
    if (!text.startsWith('data:')) return
    if (lastEvent.test(text)) answer.over = true
    if (answer.model !== undefined && !worthParsing.test(text) && !mayAskForTool.test(text)) return
    readAnswer(parse(text.slice(5)), answer)
  }
  const hold = (bytes: Buffer): void => {
    size += bytes.length
    if (size <= largestLine) held.push(bytes)
    else held = []
  }
  const isOver = () => answer.over === true
  /** What was held, and what ends it; nothing of a line that was too large to hold. */
  const ending = (bytes: Buffer): Buffer => {
    if (size > largestLine) return bytes.subarray(bytes.indexOf(lineFeed) + 1)
    return size === 0 ? bytes : Buffer.concat([...held, bytes])
  }
  return {
    scan(chunk) {
      const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength)
      const end = bytes.lastIndexOf(lineFeed) + 1
      if (end === 0) {
        hold(bytes)
        return isOver()
      }
      const lines = ending(bytes.subarray(0, end))
      held = []
      size = 0
      hold(bytes.subarray(end))
      if (answer.model !== undefined && !telling.test(lines.toString('latin1'))) return isOver()
      for (const text of lines.toString().split('\n')) line(text)
      return isOver()
    },
    end() {
      line(Buffer.concat(held).toString())
      return answer
    },
  }
}

/** For a JSON answer: keeps up to 8 MB of it and parses it once, at the end. */
export function bodyScanner(): Scanner {
  const chunks: Uint8Array[] = []
  let size = 0
  return {
    scan(chunk) {
      size += chunk.byteLength
      if (size <= largestBody) chunks.push(chunk)
      else chunks.length = 0
      return false
    },
    end: () => (size <= largestBody ? readBody(Buffer.concat(chunks).toString()) : {}),
  }
}

/** What a JSON answer tells of itself; nothing when it is no JSON or larger than 8 MB. */
export function readBody(text: string): Answer {
  const answer: Answer = {}
  if (text.length <= largestBody) readAnswer(parse(text), answer)
  return answer
}

/** For anything else: there is nothing to read. */
export const noScanner: Scanner = { scan: () => false, end: () => ({}) }

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
