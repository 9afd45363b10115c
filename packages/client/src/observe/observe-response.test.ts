import { setImmediate } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import type { Answer } from './answer.ts'
import { observeResponse } from './observe-response.ts'
import type { BodyEnd } from './watch-body.ts'

const text = '{"id":"r","model":"m","usage":{"input_tokens":1}}'
const json = { 'content-type': 'application/json' }
const told = { id: 'r', model: 'm', inputTokens: 1 }

const observe = (response: Response) => {
  const ends: [BodyEnd['type'], Answer][] = []
  const observed = observeResponse(response, ({ type }, answer) => void ends.push([type, answer]))
  return { observed, ends }
}
const failing = () =>
  new Response(
    new ReadableStream({
      pull(controller) {
        controller.error(new Error('cut'))
      },
    }),
    { headers: json },
  )

describe('observeResponse', () => {
  it.each<[string, (response: Response) => Promise<unknown>, unknown]>([
    ['text', (response) => response.text(), text],
    ['json', (response) => response.json(), JSON.parse(text)],
    ['arrayBuffer', async (response) => Buffer.from(await response.arrayBuffer()).toString(), text],
    ['bytes', async (response) => Buffer.from(await response.bytes()).toString(), text],
    ['blob', async (response) => (await response.blob()).text(), text],
    ['body', async (response) => new Response(response.body).text(), text],
    [
      'a clone and itself',
      (response) => Promise.all([response.clone().text(), response.text()]),
      [text, text],
    ],
    ['body, then text', async (response) => [response.body?.locked, await response.text()], [false, text]],
  ])('read by %s', async (_name, read, expected) => {
    const { observed, ends } = observe(new Response(text, { status: 201, statusText: 'Made', headers: json }))
    expect([observed.status, observed.statusText, observed.ok, observed.bodyUsed]).toEqual([
      201,
      'Made',
      true,
      false,
    ])
    expect(ends).toEqual([])
    expect(await read(observed)).toEqual(expected)
    expect(ends).toEqual([['complete', told]])
    expect(observed.bodyUsed).toBe(true)
    expect(observed).toBeInstanceOf(Response)
  })

  it('is read once, and says so as any response does', async () => {
    const { observed, ends } = observe(new Response(text, { headers: json }))
    const plain = new Response(text, { headers: json })
    await Promise.all([observed.text(), plain.text()])
    for (const name of ['text', 'json', 'arrayBuffer', 'bytes', 'blob'] as const) {
      const message = await plain[name]().catch((error: Error) => error.message)
      await expect(observed[name]()).rejects.toThrow(String(message))
    }
    expect(() => observed.clone()).toThrow(TypeError)
    expect(ends).toHaveLength(1)
  })

  it.each(['text', 'json', 'arrayBuffer'] as const)('a body that is cut off, read by %s', async (name) => {
    const { observed, ends } = observe(failing())
    await expect(observed[name]()).rejects.toThrow('cut')
    expect(ends).toEqual([['error', {}]])
  })

  it('a body that is given up', async () => {
    const { observed, ends } = observe(new Response(text, { headers: json }))
    await observed.body?.cancel()
    expect(ends).toEqual([['cancelled', {}]])
  })

  it('twice, by two guards: both see the end', async () => {
    const inner = observe(new Response(text, { headers: json }))
    const outer = observe(inner.observed)
    expect(await outer.observed.json()).toEqual(JSON.parse(text))
    expect([inner.ends, outer.ends]).toEqual([[['complete', told]], [['complete', told]]])
  })

  it('a body that is no stream of this platform: its end is not known', async () => {
    const foreign = { body: undefined, headers: new Headers(), text: async () => text }
    const { observed, ends } = observe(foreign as unknown as Response)
    expect(ends).toEqual([['unwatched', {}]])
    expect(await observed.text()).toBe(text)
  })

  it('no body, a body that is no JSON, and a form', async () => {
    expect(observe(new Response(null, { status: 204 })).ends).toEqual([['complete', {}]])
    const sound = observe(new Response('abc', { headers: { 'content-type': 'audio/mpeg' } }))
    expect(await sound.observed.text()).toBe('abc')
    expect(sound.ends).toEqual([['complete', {}]])
    const form = observe(new Response(new URLSearchParams({ a: 'b' })))
    expect((await form.observed.formData()).get('a')).toBe('b')
  })

  it('a stream that says it is over, whose reader asks for nothing after that', async () => {
    const over = `data: {"id":"r","model":"m"}\n\ndata: [DONE]\n\n`
    const endless = new ReadableStream({
      start: (controller) => controller.enqueue(new TextEncoder().encode(over)),
    })
    const { observed, ends } = observe(
      new Response(endless, { headers: { 'content-type': 'text/event-stream' } }),
    )
    const reader = observed.body?.getReader()
    await reader?.read()
    const end = ['complete', { streamed: true, over: true, id: 'r', model: 'm' }]
    expect(ends).toEqual([end])
    await reader?.cancel()
    expect(ends).toEqual([end])
  })

  it('keeps back-pressure, where a stream came from, and what its reader gives up for', async () => {
    let pulled = 0
    let reason: unknown
    const endless = new ReadableStream(
      {
        pull(controller) {
          pulled += 1
          controller.enqueue(new TextEncoder().encode('data: {}\n\n'))
        },
        cancel: (given) => void (reason = given),
      },
      { highWaterMark: 0 },
    )
    const response = new Response(endless, { headers: { 'content-type': 'text/event-stream' } })
    Object.defineProperty(response, 'url', { value: 'https://api.example.com/v1/responses' })
    Object.defineProperty(response, 'redirected', { value: true })
    const { observed, ends } = observe(response)
    expect(observed).toMatchObject({ url: 'https://api.example.com/v1/responses', redirected: true })
    const reader = observed.body?.getReader()
    await setImmediate()
    expect(pulled).toBe(0)
    await reader?.read()
    await reader?.read()
    // whoever read ahead would do so before the next turn
    await setImmediate()
    expect(pulled).toBe(2)
    await reader?.cancel('enough')
    expect(reason).toBe('enough')
    expect(ends).toEqual([['cancelled', { streamed: true }]])
  })
})
