import { describe, expect, it } from 'vitest'
import { scriptedUpstream } from './scripted-upstream.ts'

const url = 'https://api.openai.com/v1/responses'
const send = async ({ fetch }: ReturnType<typeof scriptedUpstream>) => {
  const response = await fetch(url, { method: 'POST', body: '{"model":"gpt-5-mini"}' })
  return { status: response.status, body: (await response.json()) as { error?: object; model?: string } }
}

describe('scriptedUpstream', () => {
  it('complains about steps that were not used', async () => {
    const upstream = scriptedUpstream([{ text: 'one' }, { text: 'two' }])
    expect(() => upstream.done()).toThrow('2 of 2 steps of the script were not used.')
    await send(upstream)
    expect(() => upstream.done()).toThrow('1 of 2 steps of the script were not used.')
    await send(upstream)
    expect(() => upstream.done()).not.toThrow()
  })

  it('fails what comes after the last step, in a way that no SDK tries again', async () => {
    const upstream = scriptedUpstream([{ model: 'first' }, () => Response.json({ model: 'made' })])
    expect(await send(upstream)).toMatchObject({ status: 200, body: { model: 'first' } })
    expect(await send(upstream)).toEqual({ status: 200, body: { model: 'made' } })
    expect(await send(upstream)).toMatchObject({
      status: 400,
      body: { error: { code: 'no_step', message: 'The script has 2 steps; this is request 3.' } },
    })
    expect(upstream.requests).toHaveLength(3)
  })

  it('answers everything without a script, and has nothing left over', async () => {
    const upstream = scriptedUpstream()
    expect(await send(upstream)).toMatchObject({ status: 200, body: { model: 'gpt-5-mini' } })
    expect(() => upstream.done()).not.toThrow()
    expect(() => scriptedUpstream([]).done()).not.toThrow()
  })
})
