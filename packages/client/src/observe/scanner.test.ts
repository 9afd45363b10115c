import * as fc from 'fast-check'
import { describe, expect, it, vi } from 'vitest'
import { bodyScanner, eventScanner, readBody } from './scanner.ts'

const event = (data: object) => `event: x\ndata: ${JSON.stringify(data)}\n\n`
const delta = (text: string) => event({ type: 'response.output_text.delta', delta: text })
const stream = [
  event({
    type: 'response.created',
    response: { id: 'resp_1', model: 'gpt-5-mini', status: 'in_progress', usage: null },
  }),
  ...Array.from({ length: 20 }, (_, at) => delta(`Wörter "usage": {} [DONE] ${at}`)),
  event({
    type: 'response.completed',
    response: {
      id: 'resp_1',
      model: 'gpt-5-mini-2',
      status: 'completed',
      usage: { input_tokens: 7, output_tokens: 3 },
    },
  }),
].join('')

const megabyte = 1024 * 1024
const inPieces = (bytes: Buffer): Buffer[] =>
  Array.from({ length: Math.ceil(bytes.length / megabyte) }, (_, at) =>
    bytes.subarray(at * megabyte, (at + 1) * megabyte),
  )

const read = (chunks: Iterable<Uint8Array>) => {
  const scanner = eventScanner()
  for (const chunk of chunks) scanner.scan(chunk)
  return scanner.end()
}

describe('eventScanner', () => {
  it('reads the same however the bytes are cut', () => {
    const bytes = Buffer.from(stream)
    const whole = {
      streamed: true,
      over: true,
      id: 'resp_1',
      model: 'gpt-5-mini-2',
      status: 'completed',
      inputTokens: 7,
      outputTokens: 3,
    }
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 400 }), { minLength: 1 }), (sizes) => {
        const chunks: Uint8Array[] = []
        for (let from = 0, turn = 0; from < bytes.length; turn += 1) {
          const size = sizes[turn % sizes.length] ?? 1
          chunks.push(bytes.subarray(from, from + size))
          from += size
        }
        expect(read(chunks)).toEqual(whole)
      }),
    )
  })

  it.each([
    [
      'Chat Completions with usage',
      'data: {"id":"c","model":"m","usage":null}\n\ndata: {"id":"c","model":"m","choices":[],"usage":{"prompt_tokens":1,"completion_tokens":2}}\n\ndata: [DONE]\n\n',
      { inputTokens: 1, outputTokens: 2, over: true },
    ],
    [
      'carriage returns',
      'data: {"id":"c","model":"m"}\r\n\r\ndata: [DONE]\r\n\r\n',
      { model: 'm', over: true },
    ],
    [
      'Messages',
      'data: {"type":"message_start","message":{"id":"i","model":"m","usage":{"input_tokens":4}}}\n\ndata: {"type":"message_delta","usage":{"output_tokens":2}}\n\ndata: {"type":"message_stop"}\n\n',
      { inputTokens: 4, outputTokens: 2, over: true },
    ],
    [
      'Messages with a cache, whose tokens it reports beside the others',
      'data: {"type":"message_start","message":{"id":"i","model":"m","usage":{"input_tokens":12,"cache_creation_input_tokens":300,"cache_read_input_tokens":90000}}}\n\ndata: {"type":"message_stop"}\n\n',
      { inputTokens: 90_312, cachedInputTokens: 90_000, over: true },
    ],
    [
      'a last line without an end',
      'data: {"id":"c","model":"m","usage":{"input_tokens":4}}',
      { inputTokens: 4 },
    ],
    ['what is not JSON', 'data: {"usage": {\n\n: comment\n\ndata: {"model":"m"}\n\n', { model: 'm' }],
  ])('reads %s', (_name, text, expected) => {
    expect(read([Buffer.from(text)])).toMatchObject(expected)
    expect(read(Array.from(Buffer.from(text), (byte) => Uint8Array.of(byte)))).toMatchObject(expected)
  })

  it('lets go of a line that never ends', () => {
    const scanner = eventScanner()
    const chunk = Buffer.alloc(1024 * 1024, 'x')
    for (let count = 0; count < 20; count += 1) scanner.scan(chunk)
    scanner.scan(Buffer.from('\ndata: {"model":"m"}\n'))
    expect(scanner.end()).toMatchObject({ model: 'm' })
  })

  it('reads no line beyond 8 MB, nor the rest of one', () => {
    const line = Buffer.from(`data: ${JSON.stringify({ pad: 'x'.repeat(9 * megabyte), model: 'm' })}`)
    expect(read(inPieces(line))).toEqual({ streamed: true })
    const rest = Buffer.from('data: {"model":"rest"}\ndata: {"model":"next"}\n')
    expect(read([...inPieces(line), rest])).toEqual({ streamed: true, model: 'next' })
    const small = Buffer.from(`data: ${JSON.stringify({ pad: 'x'.repeat(7 * megabyte), model: 'm' })}`)
    expect(read(inPieces(small))).toEqual({ streamed: true, model: 'm' })
  })

  it('looks at each piece of a line a few times, however many there are', () => {
    const scanner = eventScanner()
    const pieces = Array.from({ length: 500 }, () => Buffer.from('x'))
    const looked = vi.spyOn(Object.getPrototypeOf(Uint8Array.prototype) as Uint8Array, 'length', 'get')
    for (const piece of pieces) scanner.scan(piece)
    scanner.scan(Buffer.from('\n'))
    const times = looked.mock.calls.length
    looked.mockRestore()
    expect(times).toBeGreaterThan(pieces.length)
    expect(times).toBeLessThan(pieces.length * 20)
  })
})

describe('bodyScanner', () => {
  it('reads an answer in pieces, and nothing of one that is too large or no JSON', () => {
    const scanner = bodyScanner()
    for (const piece of ['{"id":"r","mo', 'del":"m","usage":{"input_tokens":1}}'])
      scanner.scan(Buffer.from(piece))
    expect(scanner.end()).toMatchObject({ id: 'r', model: 'm', inputTokens: 1 })
    const large = bodyScanner()
    const text = JSON.stringify({ model: 'm', pad: 'x'.repeat(9 * megabyte) })
    for (const piece of inPieces(Buffer.from(text))) large.scan(piece)
    expect(large.end()).toEqual({})
    expect(readBody(text)).toEqual({})
    const broken = bodyScanner()
    broken.scan(Buffer.from('{'))
    expect(broken.end()).toEqual({})
  })
})
