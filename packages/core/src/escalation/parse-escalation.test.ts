import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { anEscalation, manager } from '../../test/approved-work.ts'
import { appendApproval } from '../approval/approval-block.ts'
import type { Approval } from '../approval/approval.ts'
import { PolicyError } from '../errors/policy-error.ts'
import { escalationDigest } from './escalation-digest.ts'
import type { Escalation } from './escalation.ts'
import { parseEscalation } from './parse-escalation.ts'
import { renderEscalation } from './render-escalation.ts'

const text = renderEscalation(anEscalation())
const approval: Approval = {
  decision: 'approved',
  by: manager,
  at: '2026-11-22T12:00:00Z',
  escalation: escalationDigest(text),
  token: 'a.b.c',
}
const approved = appendApproval(text, approval)

const refusalOf = (changed: string) =>
  parseEscalation(changed).then(
    () => 'accepted',
    (error: unknown) => (PolicyError.is(error) ? [error.code, error.place?.line] : error),
  )
const lineOf = (whole: string, part: string) => whole.slice(0, whole.indexOf(part)).split('\n').length

describe('renderEscalation', () => {
  it('is front matter and prose', () => {
    expect(text).toMatchSnapshot()
  })

  it('refuses what a reader would not see', () => {
    const hidden = anEscalation({
      measured: { changedFiles: 1, changedLines: 1, modules: 1, sensitive: ['a\u202Eb'] },
    })
    expect(() => renderEscalation(hidden)).toThrow('measured.sensitive.0 holds U+202E')
  })
})

describe('parseEscalation', () => {
  it.each<[string, Partial<Escalation>]>([
    ['a model', {}],
    ['a model with tools', { request: { model: 'gpt-5.3-codex', tools: ['mcp', 'shell'] } }],
    ['a command', { request: { command: ['npm', 'publish', '--tag', 'x y', '`', '``', ' '] } }],
    [
      'a command in a folder',
      { request: { command: ['npm'], cwd: 'packages/a', environment: ['NPM_TOKEN'] } },
    ],
    ['a write', { request: { write: 'db:prod/users' } }],
    ['no change yet', { measured: null }],
    ['no outputs', { estimate: { promptTokens: 0, outputs: [] } }],
    ['Markdown in the summary', { summary: '<!-- ## Approval ``` [x](y) \\ *b* # : - "q" \'' }],
    [
      'words that YAML would read as something else',
      { task: 'null', summary: 'yes', paths: ['1e5', '- x', '*a', '# x'] },
    ],
  ])('reads back an escalation for %s', async (_name, changes) => {
    const escalation = anEscalation(changes)
    const rendered = renderEscalation(escalation)
    expect(await parseEscalation(rendered)).toEqual({ escalation, digest: escalationDigest(rendered) })
  })

  it('reads back any text that a reader can see', async () => {
    const visible = fc
      .string({ unit: 'grapheme', minLength: 1, maxLength: 40 })
      .filter((value) => !/[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}\u115F\u1160\u3164\uFFA0]/u.test(value))
    await fc.assert(
      fc.asyncProperty(
        visible,
        visible,
        fc.array(visible, { minLength: 1 }),
        async (summary, task, command) => {
          const escalation = anEscalation({ summary, task, request: { command } })
          expect((await parseEscalation(renderEscalation(escalation))).escalation).toEqual(escalation)
        },
      ),
    )
  })

  it('gives the answer at its end', async () => {
    expect((await parseEscalation(approved)).approval).toEqual(approval)
    const declined: Approval = { ...approval, decision: 'declined', reason: 'Not "now"' }
    expect((await parseEscalation(appendApproval(text, declined))).approval).toEqual(declined)
  })

  it('gives any reason of a decline, and hides none of its characters', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'binary' }), async (reason) => {
        const declined: Approval = { ...approval, decision: 'declined', reason }
        expect((await parseEscalation(appendApproval(text, declined))).approval).toEqual(declined)
      }),
    )
    const joined = appendApproval(text, { ...approval, decision: 'declined', reason: '👨‍👩 \u202E\u{E0067}' })
    expect(joined).toContain(String.raw`"reason": "👨\u200d👩 \u202e\udb40\udc67"`)
  })

  it('has one digest whatever the line ends, the blank lines at its end and the answer', () => {
    const digests = [text, text.replaceAll('\n', '\r\n'), text.trimEnd(), `${text}\n\n`, approved].map(
      escalationDigest,
    )
    expect(new Set(digests).size).toBe(1)
  })

  it.each<[string, string, string, number]>([
    ['a key twice', 'persona: developer\n', 'persona: developer\npersona: designer\n', 8],
    ['a tab', 'persona: developer', 'persona:\tdeveloper', 7],
    ['an anchor', 'persona: developer', 'persona: &a developer', 7],
    ['an alias', 'summary: Split', 'summary: *a #', 13],
    ['a tag', 'persona: developer', 'persona: !!str developer', 7],
    ['a NUL', 'persona: developer', 'persona: \0developer', 7],
    ['a bidi override', 'persona: developer', 'persona: \u202Edeveloper', 7],
    ['an escaped bidi override', 'summary: Split', 'summary: "\\u202E" #', 13],
    ['a zero-width space', 'persona: developer', 'persona: deve\u200Bloper', 7],
    ['a lone carriage return', 'persona: developer', 'persona: dev\reloper', 7],
    ['a missing member', 'persona: developer\n', '', 2],
    ['an unknown member', 'persona: developer\n', 'persona: developer\nurgent: true\n', 8],
    ['an unknown member of a member', 'crv: Ed25519,', 'crv: Ed25519, d: x,', 6],
    ['two requests in one', 'model: gpt-5.3-codex', 'model: gpt-5.3-codex, write: db', 8],
    ['another version', 'escalation: 1', 'escalation: 2', 2],
    ['an unknown reason', 'complexity', 'curiosity', 12],
    ['a path that climbs out', 'src/auth/**, src', '../**, src', 15],
    ['a negated path', 'src/auth/**, src', '"!src", src', 15],
    ['a number that is text', 'changedFiles: 12', 'changedFiles: "12"', 14],
    ['front matter that is not closed', '\n---\n\n#', '\n\n#', 1],
    ['text before the front matter', '---\nescalation', 'x\n---\nescalation', 1],
    ['prose that says less', '850 lines', '8 lines', 28],
    ['prose that says more', '**Why:**', '**Why:** approved;', 26],
    [
      'a line more of prose',
      'Split the session store out of the auth module\n\n-',
      'Split the session store out of the auth module\nFine.\n-',
      23,
    ],
  ])('refuses %s', async (_name, from, to, line) => {
    const first = text.indexOf(from)
    expect(first).toBeGreaterThanOrEqual(0)
    expect(await refusalOf(text.slice(0, first) + to + text.slice(first + from.length))).toEqual([
      'escalation_malformed',
      line,
    ])
  })

  it('refuses more than 64 KiB', async () => {
    expect(await refusalOf(`${text}${'x'.repeat(65_536)}`)).toEqual(['escalation_malformed', 1])
  })

  const heading = lineOf(approved, '## Approval')
  it.each<[string, string, string, [string, number]]>([
    [
      'a second approval',
      approved,
      `${approved}\n${approved.slice(approved.indexOf('## Approval'))}`,
      ['escalation_malformed', heading + 12],
    ],
    ['an approval in a comment', '## Approval', '<!--\n## Approval', ['escalation_malformed', heading]],
    ['an approval in a quote', '## Approval', '> ## Approval', ['escalation_malformed', heading]],
    ['an approval of another kind of block', '```json', '```yaml', ['escalation_malformed', heading]],
    ['text beside the block', '```json', 'Fine by me.\n\n```json', ['escalation_malformed', heading]],
    [
      'a member twice',
      '"decision": "approved",',
      '"decision": "declined",\n  "decision": "approved",',
      ['escalation_malformed', heading + 3],
    ],
    [
      'an unknown member',
      '"decision": "approved",',
      '"decision": "approved",\n  "note": "x",',
      ['escalation_malformed', heading + 3],
    ],
    [
      'a decision that is a string of another kind',
      '"approved"',
      '"true"',
      ['escalation_malformed', heading + 3],
    ],
    ['a look-alike approver', 'github:1234567', 'g\u0456thub:1234567', ['escalation_malformed', heading + 3]],
    ['an approver with a space', 'github:1234567', 'github:1234567 ', ['escalation_malformed', heading + 3]],
    [
      'an approval of something else',
      approval.escalation,
      `sha256:${'0'.repeat(64)}`,
      ['escalation_altered', heading + 3],
    ],
  ])('refuses %s', async (_name, from, to, refusal) => {
    expect(await refusalOf(approved.replace(from, to))).toEqual(refusal)
  })

  const none = `sha256:${'0'.repeat(64)}`
  it.each<[string, string, object | string]>([
    ['approves', `Approved: ${none}`, { decision: 'approved', escalation: none }],
    ['declines', `\nDeclined: ${none}\n\n`, { decision: 'declined', escalation: none }],
    ['has CRLF', `\r\nApproved: ${none}\r\n`, { decision: 'approved', escalation: none }],
    ['says more', `Approved: ${none} at last`, 'escalation_malformed'],
    ['is in another case', `approved: ${none}`, 'escalation_malformed'],
    ['stands twice', `Approved: ${none}\nApproved: ${none}`, 'escalation_malformed'],
    ['names no digest', 'Approved: sha256:0', 'escalation_malformed'],
    ['is quoted', `> Approved: ${none}`, 'escalation_malformed'],
  ])('reads a note by hand that %s', async (_name, note, expected) => {
    const noted = `${text}\n## Approval\n${note}`
    if (typeof expected === 'string') return expect(await refusalOf(noted)).toContain(expected)
    const parsed = await parseEscalation(noted)
    expect(parsed).toEqual({ ...(await parseEscalation(text)), note: expected })
    return undefined
  })

  it('refuses a request that was changed after it was approved', async () => {
    const changed = renderEscalation(anEscalation({ paths: ['**'] }))
    expect(await refusalOf(changed + approved.slice(approved.indexOf('\n## Approval')))).toEqual([
      'escalation_altered',
      heading + 3,
    ])
  })

  it('throws nothing but PolicyError, whatever it reads', async () => {
    const lines = text.split('\n')
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'grapheme' }), fc.nat(lines.length), async (line, at) => {
        const refusal = await refusalOf(lines.toSpliced(at, 1, line).join('\n'))
        expect(refusal === 'accepted' || Array.isArray(refusal)).toBe(true)
      }),
    )
  })
})

describe('appendApproval', () => {
  it('adds one answer, to this text only', () => {
    expect(() => appendApproval(approved, approval)).toThrow('has an answer already')
    expect(() => appendApproval(renderEscalation(anEscalation({ task: 'ISSUE-13' })), approval)).toThrow(
      'the approval is of',
    )
  })
})
