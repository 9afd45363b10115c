import { openRepository } from '../packages/local/src/index.ts'
import { readGit } from '../packages/local/src/git/run-git.ts'
import { vetText } from '../packages/model-policy/src/vet/vet-text.ts'
import { vetWork } from '../packages/model-policy/src/vet/vet-work.ts'

// Every commit by itself, against its parent: what one commit plants and a later one takes away is in no diff of the whole range, and
// still in what everybody clones. What people let stand counts as in `model-policy vet`: as the parent has it.
const [count = '50', folder = '.'] = process.argv.slice(2)
const host = { cwd: folder, env: process.env, clock: Date.now }
const repository = await openRepository(folder)
const listing = await readGit(
  [
    '--git-dir',
    repository.gitFolder,
    'rev-list',
    '--first-parent',
    '--parents',
    `--max-count=${count}`,
    'HEAD',
  ],
  { cwd: repository.top, env: process.env },
)
const lines = listing.toString().trim().split('\n')
for (const line of lines) {
  const [head = '', base] = line.split(' ')
  if (base === undefined)
    console.log(`${head.slice(0, 12)} has no parent in this clone: vetted with all that it holds`)
  const vetted = await vetWork(host, { head, base: base ?? 'empty-tree' })
  if (vetted.report.verdict === 'clean') continue
  process.exitCode = 1
  console.log(vetText(vetted).trimEnd())
}
const isCut = lines.length < Number(count) && (await isShallow())
console.log(
  `vetted ${lines.length} commits${process.exitCode === 1 ? '' : ': none has a blocking finding'}` +
    (isCut ? `; this clone is shallow and lacks the rest of the last ${count}: git fetch --unshallow` : ''),
)

async function isShallow(): Promise<boolean> {
  const answer = await readGit(['--git-dir', repository.gitFolder, 'rev-parse', '--is-shallow-repository'], {
    cwd: repository.top,
    env: process.env,
  })
  return answer.toString().trim() === 'true'
}
