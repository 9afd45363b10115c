import type { Change } from '@policy/core'
import type { PullRequestEvidence } from '../evidence/pull-request-evidence.ts'
import type { GitHistory } from '../git/git-history.ts'

/** Where each symlink that a change adds or alters points, as its head has it. */
export async function readSymlinks(
  history: GitHistory,
  { head, files }: Change,
): Promise<PullRequestEvidence['symlinks']> {
  const links = files.filter(({ kind, status }) => kind === 'symlink' && status !== 'deleted')
  return Promise.all(
    links.map(async ({ path }) => {
      const end = path.lastIndexOf('/')
      const entries = await history.entries(head, end < 0 ? '' : path.slice(0, end))
      const entry = entries.find(({ name }) => name === path.slice(end + 1))
      // What cannot be looked up may point anywhere.
      const target = entry ? new TextDecoder().decode(await history.blob(entry.id)) : '/'
      return { path, target }
    }),
  )
}
