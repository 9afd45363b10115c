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

/** Trees of one file each; nothing else of a history is asked for. */
function historyOf(trees: Readonly<Record<string, string>>): GitHistory {
  return {
    entries: async (commit) =>
      trees[commit] === undefined ? [] : [{ mode: '100644', id: trees[commit], name: 'escalation.md' }],
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
