import { join } from 'node:path'
import { type Repository, repositoryIdOfRemote } from '@policy/local'
import type { Host } from '../command-line/host.ts'
import { gitSays } from '../workspace/git-says.ts'

/** What a repository without a remote named origin is called by the only other one it has. */
export async function otherRemote(
  host: Pick<Host, 'env'>,
  { top, commonFolder }: Repository,
): Promise<{ name: string; id: string } | undefined> {
  const file = join(commonFolder, 'config')
  const found = await gitSays(host, top, [
    'config',
    '--file',
    file,
    '--get-regexp',
    String.raw`^remote\..*\.url$`,
  ])
  const remotes = found.split('\n').flatMap((line) => {
    const [, name, url] = /^remote\.(.+)\.url (.+)$/.exec(line) ?? []
    const id = url === undefined ? undefined : repositoryIdOfRemote(url)
    return name === undefined || id === undefined ? [] : [{ name, id }]
  })
  return remotes.length === 1 ? remotes[0] : undefined
}
