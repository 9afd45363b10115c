import { expect, it } from 'vitest'
import { readTrailers } from './read-trailers.ts'

it.each<[string, string, string[]]>([
  ['after empty lines', 'Work\n\n\nAI-Model: x', ['x']],
  ['quoted and listed', '> AI-Model: x\n  * ai-model : y\n- - >AI-MODEL:z', ['x', 'y', 'z']],
  ['after a line separator', 'Work\u2028AI-Model: x\u2029 AI-Model: y', ['x\u2029 AI-Model: y']],
  ['folded', 'AI-Model: x  \n   y\n\tz \nnot this', ['x y z']],
  ['folded before its value', 'AI-Model:\n \n  x', ['x']],
  ['folded onto another', 'AI-Model:\n  AI-Escalation: y', ['y']],
  ['before a line of another name', 'AI-Model: x\n  Reviewed: y', ['x']],
  ['within prose', 'See AI-Model: x', []],
])('a trailer is read %s', (_where, message, values) => {
  expect(readTrailers(message).map(({ value }) => value)).toEqual(values)
})

// In time that grows with the square of the length, any of these takes longer than a test may.
const many = 200_000
it.each<[string, string, number]>([
  ['empty lines', '\n'.repeat(many), 0],
  ['lines of spaces', ' \n'.repeat(many), 0],
  ['line separators', '\u2028'.repeat(many), 0],
  ['quotes', '>'.repeat(many), 0],
  ['trailers without a value', 'AI-Model:\n'.repeat(many), 0],
  ['folded lines without a value', `AI-Model:${'\n '.repeat(many)}`, 0],
  ['spaces in a value', `AI-Model: x${' '.repeat(many)}y`, 1],
  ['spaces that begin a folded line', `AI-Model: x\n${' '.repeat(many)}y:`, 1],
  ['spaces on a line of their own', `AI-Model: x\n${' '.repeat(many)}\n`, 1],
  ['folded lines', `AI-Model: x${'\n y'.repeat(many)}`, 1],
])('a message of many %s is read in one pass', (_what, message, count) => {
  expect(readTrailers(`Work\n${message}\nend`)).toHaveLength(count)
})
