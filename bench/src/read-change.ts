/**
 * `readChange` beside `git diff --numstat -z -M` itself, on a range of 800 files.
 *
 * The range lies in a repository made for the run: 2,400 files of about 120 lines, of which it modifies 500, adds 120, deletes
 * 80 and renames 100 with edits. Both sides start a process and take its output whole; rounds alternate.
 */
import { execFileSync, spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, realpathSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { openRepository, readChange } from '@policy/local'

const rounds = 40

const top = realpathSync(mkdtempSync(join(tmpdir(), 'model-policy-bench-')))
const git = (...args: string[]) =>
  execFileSync('git', ['-c', 'user.name=A', '-c', 'user.email=a@example.com', ...args], { cwd: top })
    .toString()
    .trim()

const nameOf = (index: number) => `packages/p${index % 12}/src/area-${index % 40}/file-${index}.ts`
const textOf = (index: number, edits = 0) =>
  Array.from(
    { length: 120 },
    (_, line) => `export const value${line} = ${line < edits ? 'changed' : ''}(${index} * ${line})\n`,
  ).join('')
const write = (path: string, text: string) => {
  mkdirSync(dirname(join(top, path)), { recursive: true })
  writeFileSync(join(top, path), text)
}
const each = (from: number, count: number, work: (index: number) => void) =>
  Array.from({ length: count }, (_, index) => work(from + index))

function makeRange(): void {
  git('init', '--quiet', '--initial-branch=main')
  each(0, 12, (index) => write(`packages/p${index}/package.json`, '{}\n'))
  each(0, 2400, (index) => write(nameOf(index), textOf(index)))
  git('add', '--all')
  git('commit', '--quiet', '--message', 'base')
  git('checkout', '--quiet', '-b', 'work')
  each(0, 500, (index) => write(nameOf(index), textOf(index, 40)))
  each(2400, 120, (index) => write(nameOf(index), textOf(index)))
  each(500, 80, (index) => rmSync(join(top, nameOf(index))))
  each(600, 100, (index) => {
    renameSync(join(top, nameOf(index)), join(top, `${nameOf(index)}x`))
    write(`${nameOf(index)}x`, textOf(index, 10))
  })
  git('add', '--all')
  git('commit', '--quiet', '--message', 'work')
  git('gc', '--quiet') // objects in a pack, as a clone has them
}

async function gitItself(): Promise<Buffer> {
  const child = spawn('git', ['diff', '--numstat', '-z', '-M', 'main...work'], { cwd: top })
  const output: Buffer[] = []
  child.stdout.on('data', (chunk: Buffer) => output.push(chunk))
  await new Promise((resolve) => child.on('close', resolve))
  return Buffer.concat(output)
}

async function millisecondsOf(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now()
  await work()
  return performance.now() - start
}

const at = (sorted: readonly number[], part: number) => sorted[Math.floor(sorted.length * part)] ?? Number.NaN
const shown = (values: readonly number[], digits: number) => {
  const sorted = values.toSorted((one, other) => one - other)
  const [low, median, high] = [0.1, 0.5, 0.9].map((part) => at(sorted, part).toFixed(digits))
  return `${median} (p10 ${low}, p90 ${high})`
}

try {
  makeRange()
  const repository = await openRepository(top)
  const read = () => readChange({ repository, base: 'main', head: 'work' })

  const { files } = await read()
  const changed = files.reduce((sum, { added = 0, deleted = 0 }) => sum + added + deleted, 0)
  const counted = git('diff', '--numstat', '-M', 'main...work')
    .split('\n')
    .reduce((sum, row) => sum + Number(row.split('\t')[0]) + Number(row.split('\t')[1]), 0)
  if (files.length !== 800 || changed !== counted) {
    throw new Error(`counted ${files.length} files and ${changed} lines; git counts ${counted} lines`)
  }

  const gits: number[] = []
  const ours: number[] = []
  for (let round = 0; round < rounds; round += 1) {
    gits.push(await millisecondsOf(gitItself))
    ours.push(await millisecondsOf(read))
  }
  console.log(`range: ${files.length} files, ${changed} lines; ${rounds} rounds; ${git('--version')}`)
  console.log(`git diff --numstat -z -M   ms ${shown(gits, 1)}`)
  console.log(`readChange                 ms ${shown(ours, 1)}`)
  const ratios = ours.map((time, round) => time / (gits[round] ?? Number.NaN))
  console.log(`readChange / git           ${shown(ratios, 3)}`)
} finally {
  if (!process.env.KEEP) rmSync(top, { recursive: true, force: true })
  else console.log(top)
}
