import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { withoutCommands } from './without-commands.ts'

/** Whether the runner would find a command, as it looks for one: line by line, blanks before it left out. */
const isCommand = (text: string) =>
  text.split(/\r\n|\r|\n/).some((line) => line.trimStart().startsWith('::') || line.includes('##['))

it.each([
  ['::error::x', ': :error::x'],
  ['a\n \t::set-output name=verdict::pass', 'a\n \t: :set-output name=verdict::pass'],
  ['a\r::stop-commands::x', 'a\r: :stop-commands::x'],
  ['saw `##[set-output name=verdict]pass`', 'saw `## [set-output name=verdict]pass`'],
  ['one::two ## [x]', 'one::two ## [x]'],
])('writes %j as %j', (text, expected) => expect(withoutCommands(text)).toBe(expected))

it('leaves nothing that the runner takes for a command', () => {
  const pieces = fc.constantFrom('::', ':', '##[', '#', '[', ' ', '\t', '\n', '\r', '\u2028', '\u00a0', 'x')
  fc.assert(
    fc.property(fc.array(pieces, { maxLength: 12 }), (parts) => !isCommand(withoutCommands(parts.join('')))),
  )
})
