import { readAnswer, type Answer } from './answer.ts'
import { mayAskForTool } from './tool-asks.ts'

/** Reads what an answer tells of itself while its bytes pass by. */
export interface Scanner {
  /** Look at the next bytes. */
  scan(chunk: Uint8Array): void
  /** The bytes are over; what is known now is all there is. */
  end(): Answer
}

const largestLine = 8 * 1024 * 1024
const largestBody = 8 * 1024 * 1024

/** The sign of the end: of Chat Completions, Responses and Messages. */
const lastEvent = /^data: ?(?:\[DONE\]|\{"type":"(?:response\.(?:completed|failed|incomplete)|message_stop)")/

/** For an event stream: parses the first event, those that carry usage and those that ask for tools, and no other. */
export function eventScanner(): Scanner {
  const answer: Answer = { streamed: true }
  const decoder = new TextDecoder()
  let rest = ''
  const line = (text: string): void => {
    if (!text.startsWith('data:')) return
    if (lastEvent.test(text)) answer.over = true
    if (answer.model !== undefined && !/"usage"\s*:\s*\{/.test(text) && !mayAskForTool.test(text)) return
    readAnswer(parse(text.slice(5)), answer)
  }
  return {
    scan(chunk) {
      const text = rest + decoder.decode(chunk, { stream: true })
      let from = 0
      for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', from)) {
        line(text.slice(from, end))
        from = end + 1
      }
      rest = text.length - from > largestLine ? '' : text.slice(from)
    },
    end() {
      line(rest)
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
    },
    end() {
      const answer: Answer = {}
      if (size <= largestBody) readAnswer(parse(Buffer.concat(chunks).toString()), answer)
      return answer
    },
  }
}

/** For anything else: there is nothing to read. */
export const noScanner: Scanner = { scan() {}, end: () => ({}) }

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
