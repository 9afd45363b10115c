import { readGit } from '../packages/local/src/git/run-git.ts'
import { openRepository, openSnapshot } from '../packages/local/src/index.ts'
import { skillVetter, vetChange } from '../packages/vet/src/index.ts'

// Every commit by itself, against its parent: what one commit plants and a later one takes away is in no diff of the whole range, and
// still in what everybody clones. Nothing is let stand here.
const [count = '50', folder = '.'] = process.argv.slice(2)
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
let vetted = 0
for (const line of listing.toString().trim().split('\n')) {
  const [head = '', base] = line.split(' ')
  if (base === undefined) {
    console.log(`${head.slice(0, 12)} has no parent in this clone: not vetted`)
    continue
  }
  await using snapshot = await openSnapshot({ repository, base, head, env: process.env })
  const { verdict, findings, faults } = await vetChange(snapshot, { vetters: skillVetter })
  vetted += 1
  if (verdict === 'clean') continue
  process.exitCode = 1
  const told = findings
    .filter(({ blocks }) => blocks)
    .map(({ path, line: at, rule }) => `${path}:${at} ${rule}`)
  for (const what of [...told, ...faults.map(({ message }) => message)])
    console.log(`${head.slice(0, 12)} ${what}`)
}
console.log(`vetted ${vetted} commits${process.exitCode === 1 ? '' : ': none has a blocking finding'}`)
