import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { PolicyError } from '@policy/core'
import { type Environment, readGit, runGit } from '../git/run-git.ts'
import type { Repository } from '../repository/repository.ts'

/** The commits a change lies between, as full ids. */
export interface CommitRange {
  mergeBase: string
  head: string
}

/**
 * Resolve two revisions and find their merge base; of several, the one git names first.
 *
 * @throws `history_incomplete` when a revision or the history between is not in this clone, or they share none.
 */
export async function resolveRange(
  repository: Repository,
  base: string,
  head: string,
  env: Environment,
): Promise<CommitRange> {
  const options = { cwd: repository.top, env }
  const gitFolder = ['--git-dir', repository.gitFolder]
  const range = `${base}^{commit}...${head}^{commit}`
  // One question for three answers: the head, the base as named, and `^` before each merge base.
  const answer = await runGit([...gitFolder, 'rev-parse', '--revs-only', '--end-of-options', range], options)
  const ids = answer.stdout.toString().split('\n')
  const [headId = ''] = ids
  if (answer.code !== 0 || !isObjectId(headId)) {
    throw await missingRevision([base, head], [...gitFolder, 'rev-parse', '--quiet', '--verify'], options)
  }
  const mergeBase = ids.find((id) => id.startsWith('^'))?.slice(1)
  const cut = await cutCommits(repository)
  if (mergeBase === undefined) throw unrelated(base, head, cut.size > 0)
  if (cut.size > 0) {
    // What lies between the two sides must be whole, or a nearer merge base may be missing.
    const between = await readGit(
      [...gitFolder, 'rev-list', '--end-of-options', `${ids[1]}...${headId}`],
      options,
    )
    if (
      between
        .toString()
        .split('\n')
        .some((id) => cut.has(id))
    )
      throw tooShallow(base, head)
  }
  return { mergeBase, head: headId }
}

/**
 * The full id of the commit that a revision names.
 *
 * @throws `history_incomplete` when it names none in this clone.
 */
export async function resolveCommit(
  repository: Repository,
  revision: string,
  env: Environment,
): Promise<string> {
  const options = { cwd: repository.top, env }
  const verify = ['--git-dir', repository.gitFolder, 'rev-parse', '--quiet', '--verify']
  const answer = await runGit([...verify, '--end-of-options', `${revision}^{commit}`], options)
  const id = answer.stdout.toString().trim()
  if (answer.code === 0 && isObjectId(id)) return id
  throw await missingRevision([revision], verify, options)
}

const isObjectId = (text: string) => /^[0-9a-f]{40}(?:[0-9a-f]{24})?$/.test(text)

/** Commits whose parents a shallow clone left out. */
async function cutCommits(repository: Repository): Promise<ReadonlySet<string>> {
  const shallow = await readFile(join(repository.commonFolder, 'shallow'), 'utf8').catch(() => '')
  return new Set(shallow.split('\n').filter(isObjectId))
}

async function missingRevision(
  revisions: readonly string[],
  command: readonly string[],
  options: { cwd: string; env: Environment },
): Promise<PolicyError> {
  for (const revision of revisions) {
    const { code } = await runGit([...command, '--end-of-options', `${revision}^{commit}`], options)
    if (code !== 0)
      return new PolicyError('history_incomplete', `${revision} names no commit in this clone`, {
        remedy: `Fetch it, for example with \`git fetch origin ${revision.replace(/^origin\//, '')}\`.`,
      })
  }
  return new PolicyError('history_incomplete', `no range lies between ${revisions.join(' and ')}`, {
    remedy: 'Name one commit for the base and one for the head.',
  })
}

const unrelated = (base: string, head: string, shallow: boolean) =>
  shallow
    ? tooShallow(base, head)
    : new PolicyError(
        'history_incomplete',
        `${base} and ${head} share no commit, so nothing can be measured`,
        {
          remedy:
            'Name as base the branch that the work started from, and fetch it when it is not in this clone.',
        },
      )

const tooShallow = (base: string, head: string) =>
  new PolicyError(
    'history_incomplete',
    `this clone is shallow and lacks commits between ${base} and ${head}`,
    {
      remedy:
        'Fetch the rest with `git fetch --unshallow`; in GitHub Actions check out with `fetch-depth: 0`.',
    },
  )
