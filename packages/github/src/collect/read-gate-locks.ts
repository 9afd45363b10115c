import type { Change } from '@policy/core'
import type { GitHistory } from '../git/git-history.ts'

/** What a workflow installs the gate from, at the top of the base branch. */
const lockFiles = ['package-lock.json', 'npm-shrinkwrap.json', 'pnpm-lock.yaml', 'yarn.lock', 'package.json']

/** The lock files, and the manifest, whose words about the gate's own packages a change alters: merged, they name another gate for what comes next. */
export async function readGateLocks(history: GitHistory, change: Change): Promise<string[]> {
  const touched = new Set(
    change.files.flatMap(({ path, from }) => [path, ...(from === undefined ? [] : [from])]),
  )
  const paths = lockFiles.filter((path) => touched.has(path))
  if (paths.length === 0) return []
  const ends = [change.base, change.head]
  const [before, after] = await Promise.all(ends.map((commit) => history.entries(commit, '')))
  const textOf = async (entries: typeof before, path: string) => {
    const entry = entries?.find(({ name }) => name === path)
    return entry ? new TextDecoder().decode(await history.blob(entry.id)) : ''
  }
  const altered = await Promise.all(
    paths.map(async (path) => {
      const [old, fresh] = await Promise.all([textOf(before, path), textOf(after, path)])
      return wordsOfGate(path, old) !== wordsOfGate(path, fresh)
    }),
  )
  return paths.filter((_path, index) => altered[index])
}

/** A line that names a package of the gate or the package manager that installs it, or that may, by an escape. */
const named = /model-policy|@policy\/|packageManager|pnpm[@/]|"(?:devEngines|pnpm)": \{|\\/

/** Everything that a file says of the gate's packages, and of what installs them: each line that names one, with the lines that are indented below it. */
function wordsOfGate(path: string, text: string): string {
  const lines = (path.endsWith('.json') ? laidOut(text) : text).split(/\r?\n/)
  const words: string[] = []
  let depth = Infinity
  for (const line of lines) {
    const indent = line.search(/\S/)
    if (indent <= depth) depth = named.test(line) ? indent : Infinity
    if (indent >= depth) words.push(line.trim().replace(/,$/, ''))
  }
  return words.join('\n')
}

/** JSON as a reader takes it: escapes read, of a member that is there twice the last. What is no JSON may say anything: it is told apart whole. */
function laidOut(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2)
  } catch {
    return `\\${text}`
  }
}
