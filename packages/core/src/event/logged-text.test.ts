import { assert, nat, property, string, tuple } from 'fast-check'
import { describe, expect, it } from 'vitest'
import { loggedText } from './logged-text.ts'

const bytesInJson = (text: string) => new TextEncoder().encode(JSON.stringify(text)).length - 2
const text = tuple(string({ unit: 'binary', minLength: 1 }), nat(4100)).map(([unit, length]) =>
  unit.repeat(Math.ceil(length / unit.length)),
)

describe('loggedText', () => {
  it('leaves a text that takes up to 4,000 bytes as it is', () => {
    assert(
      property(text, (given) => {
        if (bytesInJson(given) <= 4000 && given.isWellFormed()) expect(loggedText(given)).toBe(given)
      }),
    )
  })

  it.each([
    'T',
    '"',
    '\\',
    '\b',
    '\t',
    '\n',
    '\f',
    '\r',
    '\u0000',
    '\u001f',
    '\u007f',
    'é',
    '語',
    '🙂',
    '\ud800',
  ])('counts the bytes of %j as JSON writes them', (character) => {
    const most = character.repeat(4000 / bytesInJson(character))
    expect(loggedText(most)).toBe(most)
    expect(loggedText(most + character)).not.toBe(most + character)
  })

  it('keeps every text within 4,000 bytes, says how long it was, and cuts no character in two', () => {
    assert(
      property(text, (given) => {
        const logged = loggedText(given)
        expect(bytesInJson(logged)).toBeLessThanOrEqual(4000)
        expect(logged.isWellFormed()).toBe(given.isWellFormed())
        expect(loggedText(logged)).toBe(logged)
        if (logged === given) return
        const [, kept = '', length] = /^([^]*)… \((\d+) characters\)$/.exec(logged) ?? []
        expect(given.startsWith(kept)).toBe(true)
        expect(Number(length)).toBe(given.length)
      }),
    )
  })

  it('lets by what JavaScript passes for a text: a wrong fact must not break a call', () => {
    expect(loggedText(12 as never)).toBe(12)
  })

  it.each([
    ['T'.repeat(70_000), 3978],
    ['\u0000'.repeat(70_000), 663],
    ['\ud800'.repeat(70_000), 663],
    ['"'.repeat(70_000), 1989],
    ['語'.repeat(70_000), 1326],
    ['🙂'.repeat(35_000), 1988],
  ])('keeps as much as there is room for: %#', (given, units) => {
    const logged = loggedText(given)
    expect(logged.endsWith('… (70000 characters)')).toBe(true)
    expect(logged.length).toBe(units + 20)
  })
})
