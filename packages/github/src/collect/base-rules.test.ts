import { expect, it } from 'vitest'
import type { GitHistory } from '../git/git-history.ts'
import { readBaseRules } from './base-rules.ts'

const unasked = () => Promise.reject(new Error('not asked for'))

it('judges by no policy that has a twin, and says who can take it out', async () => {
  const names = ['model-policy.yaml', 'mod\u0435l-policy.yaml']
  const history: GitHistory = {
    entries: async () => names.map((name) => ({ mode: '100644', id: name, name })),
    blob: unasked,
    change: unasked,
    commits: unasked,
    firstParents: unasked,
    isAncestor: unasked,
    patchDigest: unasked,
  }
  await expect(readBaseRules(history, 'c')).rejects.toMatchObject({
    code: 'policy_invalid',
    remedy: expect.stringContaining('bypass the ruleset'),
  })
})
