import { escalationDigest, renderEscalation } from '@policy/core'
import { expect, it } from 'vitest'
import { aCommit, anEscalation, base, developer, head, manager } from '../../test/support/a-pull-request.ts'
import type { GitHistory } from '../git/git-history.ts'
import { readEscalation } from './read-escalation.ts'

const noted = (paths: string[]) => {
  const asked = renderEscalation(anEscalation({ paths }))
  return `${asked}\n## Approval\n\nApproved: ${escalationDigest(asked)}\n`
}
const [narrow, wide] = [noted(['src/one.ts']), noted(['**'])]
const [byManager, byDeveloper] = ['d'.repeat(40), 'e'.repeat(40)] as const

const unasked = () => Promise.reject(new Error('not asked for'))

const tree = (name: string) => ({ mode: '040000', id: name, name })
const file = (id: string, name: string) => ({ mode: '100644', id, name })

/** Trees of an escalation and perhaps another file each; nothing else of a history is asked for. */
function historyOf(trees: Readonly<Record<string, string>>, evidence?: { at: string }): GitHistory {
  return {
    entries: async (commit, folder) => {
      if (folder === '.model-policy') return [tree('evidence')]
      if (folder === '.model-policy/evidence') return [file('{}', `${anEscalation().id}.json`)]
      const text = trees[commit]
      return [
        ...(evidence?.at === commit ? [tree('.model-policy')] : []),
        ...(text === undefined ? [] : [file(text, 'escalation.md')]),
      ]
    },
    blob: async (id) => new TextEncoder().encode(id),
    isAncestor: async () => true,
    change: unasked,
    commits: unasked,
    firstParents: unasked,
    patchDigest: unasked,
  }
}

const noteOf = async (atHead: string) => {
  const { escalation } = await readEscalation({
    history: historyOf({ [head]: atHead, [byManager]: narrow, [byDeveloper]: wide }),
    base,
    head,
    path: 'escalation.md',
    // a merge that takes one side whole has no path of its own; dates, and so the order, are the author's to write
    commits: [
      aCommit({ paths: [] }),
      aCommit({ id: byManager, author: manager, committer: manager, paths: ['escalation.md'] }),
      aCommit({ id: byDeveloper, author: developer, committer: developer, paths: ['escalation.md'] }),
    ],
  })
  return escalation.type === 'read' ? escalation.note : undefined
}

it('names the commit of a note by the text it wrote', async () => {
  expect(await noteOf(narrow)).toMatchObject({ decision: 'approved', commit: { id: byManager } })
})

it('gives no commit for a note whose text the newest commit of the file did not write', async () => {
  const note = await noteOf(wide)
  expect(note).toMatchObject({ decision: 'approved' })
  expect(note?.commit).toBeUndefined()
})

const asked = renderEscalation(anEscalation())
const readWith = async (atBase: string | undefined, evidence?: { at: string }) => {
  const trees = { [head]: asked, ...(atBase === undefined ? {} : { [base]: atBase }) }
  const history = historyOf(trees, evidence)
  const { escalation } = await readEscalation({ history, base, head, path: 'escalation.md', commits: [] })
  return escalation.type === 'read' && escalation.onBase
}

it.each([
  ['the same file', asked, true],
  ['the same with CRLF', asked.replaceAll('\n', '\r\n'), true],
  ['the same with a line more at its end', `${asked}\n`, true],
  ['the same with an answer', `${asked}\n## Approval\n\nApproved: ${escalationDigest(asked)}\n`, true],
  ['another text under its id', renderEscalation(anEscalation({ paths: ['lib/**'] })), true],
  ['another request', renderEscalation(anEscalation({ id: 'esc_01JD0000000000000000000001' })), false],
  ['no escalation', 'nothing', false],
  ['no file', undefined, false],
])('of an escalation whose base branch has %s, tells whether it was used', async (_what, atBase, used) => {
  expect(await readWith(atBase)).toBe(used)
})

it('tells that an escalation was used where its evidence lies on the base branch, and not where only on the head', async () => {
  expect(await readWith(undefined, { at: base })).toBe(true)
  expect(await readWith(undefined, { at: head })).toBe(false)
})
