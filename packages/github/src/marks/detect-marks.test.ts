import { expect, it } from 'vitest'
import { aCommit, aPullRequest, developer } from '../../test/support/a-pull-request.ts'
import { detectMarks } from './detect-marks.ts'

const marksOf = (message: string) =>
  detectMarks(
    aPullRequest({
      author: developer,
      pushes: [],
      audit: { type: 'missing' },
      commits: [aCommit({ message, author: developer, committer: developer })],
    }),
  ).map(({ strength, kind, tool }) => `${strength} ${kind} ${tool}`)

it.each([
  ['Codex <noreply@openai.com>', 'strong trailer Codex'],
  ['Somebody <codex@openai.com>', 'strong trailer Codex'],
  ['codex <unknown>', 'strong trailer Codex'],
  ['Codex CLI <unknown>', 'weak trailer Codex'],
  ['codex-cli', 'weak trailer Codex'],
  ['GitHub Copilot CLI <x@example.com>', 'weak trailer Copilot'],
  ['Claude Opus 4.6 <>', 'weak trailer Claude'],
  ['Devin AI <devin@example.com>', 'weak trailer Devin'],
  ['Amazon Q <q@example.com>', 'weak trailer Amazon Q'],
])('a co-author %s is a mark: %s', (person, mark) => {
  expect(marksOf(`Split\n\nCo-authored-by: ${person}`)).toEqual([mark])
})

it.each([
  'Claudette <c@example.com>',
  'Amazon Queue <a@example.com>',
  'Mona <1001+codexa@users.noreply.github.com>',
])('a co-author %s is none', (person) => expect(marksOf(`Split\n\nCo-authored-by: ${person}`)).toEqual([]))

it('tells a namesake beside a strong mark, and of the two only the strong one decides', () => {
  const message = 'Split\n\nAI-Model: gpt-5-mini\nCo-authored-by: Codex CLI <unknown>'
  expect(marksOf(message)).toEqual(['strong trailer undefined', 'weak trailer Codex'])
})

it.each([
  ['Codex', 'noreply@openai.com', ['strong identity Codex']],
  ['Dev', 'Codex@OpenAI.com', ['strong identity Codex']],
  ['Dev', '199175422+x@users.noreply.github.com', ['strong identity Codex']],
  ['Claude', 'noreply@anthropic.com', ['strong identity Claude']],
  ['Codex', 'codex@example.com', []],
])('a commit by %s <%s> is marked by the address, whatever account it belongs to', (name, address, marks) => {
  const commit = aCommit({
    message: 'Split',
    author: undefined,
    committer: undefined,
    signatures: [
      { name, address },
      { name, address },
    ],
  })
  const pullRequest = aPullRequest({
    author: developer,
    pushes: [],
    audit: { type: 'missing' },
    commits: [commit],
  })
  expect(detectMarks(pullRequest).map(({ strength, kind, tool }) => `${strength} ${kind} ${tool}`)).toEqual(
    marks,
  )
})
