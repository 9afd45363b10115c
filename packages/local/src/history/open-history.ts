import { createHash } from 'node:crypto'
import { type Change, PolicyError } from '@policy/core'
import { readChange } from '../change/read-change.ts'
import { decodePath } from '../git/decode-path.ts'
import { type GitView, openGitView } from '../git/git-view.ts'
import { type ObjectReader, objectReader } from '../git/object-reader.ts'
import type { Environment } from '../git/run-git.ts'
import type { Repository } from '../repository/repository.ts'

/** An entry of a commit's tree. */
export interface TreeEntry {
  /** As git writes it: `100644` a plain file, `100755` an executable, `120000` a symlink, `160000` a submodule, `040000` a folder. */
  mode: string
  /** Object id. */
  id: string
  /** Its name in the folder, bytes that are not UTF-8 written as in `Change`. */
  name: string
}

/** A commit as git has it: its parents and the paths it touches. */
export interface HistoryCommit {
  id: string
  parents: readonly string[]
  /** Against its parent; for a merge, what differs from every parent. */
  paths: readonly string[]
}

/** What a repository's objects say, by full commit id; nothing is checked out, no ref is looked at. */
export interface History extends Disposable {
  /** The change from the merge base of two commits to the second; refused where they have several. */
  change(base: string, head: string): Promise<Change>
  /** The commits that `head` has and `base` has not, newest first. */
  commits(base: string, head: string): Promise<readonly HistoryCommit[]>
  /** The first parents from `head` back to `base`, newest first. */
  firstParents(base: string, head: string): Promise<readonly string[]>
  /** Whether one commit is the other or among what it builds on. */
  isAncestor(ancestor: string, commit: string): Promise<boolean>
  /** What lies in a folder of a commit, with `/` between steps and `''` for the top; empty where there is no such folder. */
  entries(commit: string, folder: string): Promise<readonly TreeEntry[]>
  blob(id: string): Promise<Buffer>
  /** A digest of a patch: its lines and modes, without where in the files they stand. */
  patchDigest(from: string, to: string): Promise<string>
}

/** Which objects {@link openHistory} reads. */
export interface OpenHistoryOptions {
  repository: Repository
  /** Where `PATH` is read; `GIT_*` in it is ignored. @default process.env */
  env?: Environment
}

/**
 * Read a repository's objects through a throw-away view, past configuration, attributes and replaced objects.
 *
 * Each method throws `git_failed` or `history_incomplete` when objects are not in this clone.
 */
export function openHistory({ repository, env = process.env }: OpenHistoryOptions): History {
  const view = openGitView(repository, repository.head?.length === 64 ? 'sha256' : 'sha1', env)
  const objects = objectReader(view)
  return {
    async change(base, head) {
      const change = await readChange({ repository, base: fullId(base), head: fullId(head), env })
      const bases = lines(await read(view, ['merge-base', '--all', base, head]))
      if (bases.length > 1) throw crossed(base, head)
      return change
    },
    commits: async (base, head) => readCommits(view, fullId(base), fullId(head)),
    firstParents: async (base, head) =>
      lines(await read(view, ['rev-list', '--first-parent', fullId(head), `^${fullId(base)}`])),
    // Not by `rev-list`, which trusts the dates of commits to know when to stop, and those are text.
    isAncestor: async (ancestor, commit) =>
      lines(await read(view, ['merge-base', fullId(ancestor), fullId(commit)]))[0] === ancestor,
    entries: async (commit, folder) => readEntries(objects, fullId(commit), folder),
    blob: async (id) => readObject(objects, fullId(id), 'blob'),
    patchDigest: async (from, to) => digestPatch(view, fullId(from), fullId(to)),
    [Symbol.dispose]() {
      objects[Symbol.dispose]()
      view[Symbol.dispose]()
    },
  }
}

/** An object's full id: nothing that git could take for an option, a ref or a range. */
function fullId(id: string): string {
  if (/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(id)) return id
  throw new PolicyError('history_incomplete', `${JSON.stringify(id)} is not the full id of a commit`)
}

async function read(view: GitView, args: readonly string[], input?: string): Promise<Buffer> {
  try {
    return await view.read(args, input === undefined ? {} : { input })
  } catch (cause) {
    throw unreadable((cause as Error).message, cause)
  }
}

const unreadable = (fact: string, cause?: unknown) =>
  new PolicyError('history_incomplete', `git could not read what is needed: ${fact}`, {
    cause,
    remedy: 'Fetch the base branch and the head with their whole history.',
  })

// Against one of several merge bases a change shows nothing of what it takes back to another: a merge would bring that all the same.
const crossed = (base: string, head: string) =>
  new PolicyError(
    'history_incomplete',
    `${base} and ${head} have several merge bases, so no one change lies between`,
    {
      remedy: 'Update the branch: merge the base branch into it.',
    },
  )

const lines = (output: Buffer) => output.toString().split('\n').filter(Boolean)

async function readCommits(view: GitView, base: string, head: string): Promise<HistoryCommit[]> {
  const listing = await read(view, ['rev-list', '--parents', head, `^${base}`])
  const commits = lines(listing).map((line) => line.split(' '))
  const ids = commits.map(([id]) => `${id}\n`).join('')
  const output = await read(
    view,
    ['diff-tree', '--stdin', '-z', '--raw', '-r', '-c', '--no-renames', '--root', '--no-abbrev'],
    ids,
  )
  const paths = pathsByCommit(output)
  return commits.map(([id = '', ...parents]) => ({ id, parents, paths: paths.get(id) ?? [] }))
}

/** Read `diff-tree --stdin -z --raw`: a commit id, then a field that begins with `:` and the path it is about, again and again. */
function pathsByCommit(output: Buffer): Map<string, string[]> {
  const fields = output.toString('latin1').split('\0')
  const found = new Map<string, string[]>()
  let paths: string[] = []
  for (let index = 0; index < fields.length; index++) {
    const field = fields[index] ?? ''
    if (field.startsWith(':')) paths.push(decodePath(Buffer.from(fields[++index] ?? '', 'latin1')))
    else if (field !== '') found.set(field, (paths = []))
  }
  return found
}

async function readEntries(objects: ObjectReader, commit: string, folder: string): Promise<TreeEntry[]> {
  let entries = await readTree(objects, `${commit}^{tree}`, commit.length / 2)
  for (const step of folder === '' ? [] : folder.split('/')) {
    const next = entries.find(({ name, mode }) => name === step && mode === '040000')
    if (next === undefined) return []
    entries = await readTree(objects, next.id, commit.length / 2)
  }
  return entries
}

/** Read a tree object: `<mode> SP <name> NUL <id as bytes>`, again and again. */
async function readTree(objects: ObjectReader, name: string, idLength: number): Promise<TreeEntry[]> {
  const content = await readObject(objects, name, 'tree')
  const entries: TreeEntry[] = []
  for (let start = 0; start < content.length;) {
    const space = content.indexOf(' ', start)
    const end = content.indexOf(0, space)
    entries.push({
      mode: content.toString('latin1', start, space).padStart(6, '0'),
      name: decodePath(content.subarray(space + 1, end)),
      id: content.toString('hex', end + 1, end + 1 + idLength),
    })
    start = end + 1 + idLength
  }
  return entries
}

async function readObject(objects: ObjectReader, name: string, type: 'tree' | 'blob'): Promise<Buffer> {
  const object = await objects.read(name)
  if (object?.type === type) return object.content
  throw unreadable(object ? `${name} is a ${object.type}, not a ${type}` : `${name} is not in this clone`)
}

async function digestPatch(view: GitView, from: string, to: string): Promise<string> {
  const options = [
    '-r',
    '-p',
    '--binary',
    '--full-index',
    '--no-renames',
    '--no-ext-diff',
    '--no-textconv',
    '--no-color',
  ]
  const patch = await read(view, ['diff-tree', ...options, from, to])
  const kept = patch
    .toString('latin1')
    .split('\n')
    .filter((line) => !/^index [0-9a-f.]+/.test(line))
    .map((line) => (line.startsWith('@@ ') ? '@@' : line))
  return createHash('sha256').update(kept.join('\n'), 'latin1').digest('hex')
}
