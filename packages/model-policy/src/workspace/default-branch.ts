import type { Repository } from '@policy/local'
import type { Host } from '../command-line/host.ts'
import { gitSays } from './git-says.ts'

/**
 * The branch that pull requests are usually for, as this clone knows it: what a remote calls its head (origin before others), else `main`,
 * `master` or the only branch there is. `undefined` where that leaves several.
 */
export async function defaultBranch(
  host: Pick<Host, 'env'>,
  { top, branch }: Pick<Repository, 'top' | 'branch'>,
): Promise<string | undefined> {
  const list = async (format: string, pattern: string) =>
    (await gitSays(host, top, ['for-each-ref', `--format=${format}`, pattern])).split('\n').filter(Boolean)
  const heads = await list('%(symref)', 'refs/remotes/*/HEAD')
  const head = heads.find((one) => one.startsWith('refs/remotes/origin/')) ?? heads[0]
  if (head !== undefined) return head.split('/').slice(3).join('/')
  const branches = await list('%(refname:short)', 'refs/heads')
  if (branches.length === 0) return branch // no commit yet
  return ['main', 'master'].find((usual) => branches.includes(usual)) ?? only(branches)
}

const only = <Item>(items: readonly Item[]) => (items.length === 1 ? items[0] : undefined)
