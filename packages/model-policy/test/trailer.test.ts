import { describe, expect, it } from 'vitest'
import { askedOffice } from './support/asked-office.ts'
import { openOffice } from './support/office.ts'

describe('trailer', () => {
  it('prints the lines for a model, its tool and the escalation it ran under', async () => {
    const { agent } = await askedOffice()
    const named = ['--model', 'gpt-5.3-codex', '--tool', 'Codex']
    const typed = await agent.type(['trailer', ...named, '--escalation', 'escalation.md'])
    expect(typed).toMatchObject({ code: 0, err: '' })
    expect(typed.out).toMatch(
      /^AI-Model: gpt-5\.3-codex\nAssisted-by: Codex:gpt-5\.3-codex\nAI-Escalation: esc_\w{26}#sha256:[0-9a-f]{16}\n$/,
    )
  })

  it('says none in one spelling', async () => {
    const { agent } = await openOffice()
    expect(await agent.type(['trailer', '--model', 'None'])).toMatchObject({
      code: 0,
      out: 'AI-Model: none\n',
    })
  })

  it.each([
    [['--model', ''], '[usage]'],
    [['--model', 'gpt-5-mini', '--tool', 'x:y'], '[usage]'],
    [['--model', 'none', '--tool', 'Codex'], '[usage]'],
    [['--model', 'gpt-5.3-codex', '--escalation', 'nowhere.md'], '[escalation_missing]'],
  ])('refuses %j', async (argv, code) => {
    const { agent } = await openOffice()
    const typed = await agent.type(['trailer', ...argv])
    expect(typed.code).not.toBe(0)
    expect(typed.out).toBe('')
    expect(typed.err).toContain(code)
  })
})
