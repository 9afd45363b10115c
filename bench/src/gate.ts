/**
 * `model-policy gate` beside `git diff --numstat -z -M base...head` itself, on a pull request of 300 commits and 3,000 files.
 *
 * CPU time is user and system time of a process and of all it starts, as the shell's `times` tells it; GitHub is a fake in this
 * process, which is not counted. An empty Node process stands beside them. Measures what users run: run `pnpm build` first.
 */
import { execFile, execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { reviewer } from '../../packages/github/test/support/a-pull-request.ts'
import { pullRequestStory, putLabel } from '../../packages/model-policy/test/support/pull-request.ts'

const [rounds, runs] = [9, 4]
const [commits, filesEach] = [300, 10]
const workspace = join(import.meta.dirname, '../..')
const program = join(workspace, 'packages/model-policy/dist/main.js')
if (!existsSync(program)) throw new Error('nothing is built: run `pnpm build` first')

const nameOf = (index: number) => `src/area-${index % 40}/part-${index % 12}/file-${index}.ts`
const textOf = (index: number, edits = 0) =>
  Array.from(
    { length: 120 },
    (_, line) => `export const value${line} = ${line < edits ? 'changed' : ''}(${index} * ${line})\n`,
  ).join('')
const filesOf = (from: number, count: number, edits = 0) =>
  Object.fromEntries(
    Array.from({ length: count }, (_, index) => [nameOf(from + index), textOf(from + index, edits)]),
  )

/** Run a command a few times, and give the CPU seconds of one. */
function cpuOf(argv: readonly string[], cwd: string, env: Record<string, string> = {}): Promise<number> {
  const script = `i=0; while [ $i -lt ${runs} ]; do "$@" >/dev/null; i=$((i+1)); done; times`
  return new Promise((resolve, reject) => {
    const options = { cwd, env: { PATH: process.env['PATH'], HOME: cwd, ...env } }
    execFile('sh', ['-c', script, 'sh', ...argv], options, (error, out, err) => {
      const [, children = ''] = out.trim().split('\n').slice(-2)
      const [user = Number.NaN, system = Number.NaN] = children
        .split(' ')
        .map((part) => part.split('m'))
        .map(([minutes = '', seconds = '']) => Number(minutes) * 60 + Number.parseFloat(seconds))
      if (error) reject(new Error(err))
      else resolve((user + system) / runs)
    })
  })
}

const shown = (values: readonly number[], digits: number) => {
  const sorted = values.toSorted((one, other) => one - other)
  const at = (part: number) => sorted[Math.floor((sorted.length - 1) * part)]?.toFixed(digits)
  return `${at(0.5)} (p10 ${at(0.1)}, p90 ${at(0.9)})`
}

const folder = mkdtempSync(join(tmpdir(), 'model-policy-bench-'))
try {
  const bundle = join(folder, 'action.mjs')
  execFileSync(process.execPath, [join(workspace, 'tools/build-action.ts'), bundle])
  await using story = await pullRequestStory(filesOf(0, 2500))
  const { github, git, repository } = story
  putLabel(story)
  const minted = await story.type(['mint', '--pull-request', '12', '--labeled-head', github.world.head])
  if (minted.code !== 0) throw new Error(minted.err)
  for (let commit = 0; commit < commits - 2; commit += 1) {
    story.push(`Step ${commit}\n\nAI-Model: gpt-5.3-codex`, filesOf(commit * filesEach, filesEach, 40))
  }
  const evidence = `.model-policy/evidence/${story.escalation.id}.json`
  const rest = filesOf((commits - 2) * filesEach, 2 * filesEach - 2, 40)
  story.push('Evidence\n\nAI-Model: gpt-5.3-codex', { [evidence]: await story.evidence(), ...rest })
  github.world.reviews.push({ id: 31, by: reviewer, state: 'APPROVED', commit: github.world.head })
  git('gc', '--quiet') // objects in a pack, as a clone has them

  const range = `${github.world.base}...${github.world.head}`
  const changed = git('diff', '--name-only', range).split('\n').length
  const env = { GITHUB_TOKEN: 'token', GITHUB_REPOSITORY: 'acme/app', GITHUB_API_URL: github.url }
  const gate = ['gate', '--pull-request', '12', '--json']
  const contestants = {
    'git diff --numstat': { argv: ['git', 'diff', '--numstat', '-z', '-M', range], env: {} },
    'an empty Node process': { argv: [process.execPath, '-e', '0'], env: {} },
    'gate, as installed': { argv: [process.execPath, program, ...gate], env },
    'gate, as the Action': {
      argv: [process.execPath, bundle],
      env: { ...env, INPUT_COMMAND: 'gate', INPUT_ARGUMENTS: gate.slice(1).join('\n') },
    },
  }
  for (const name of ['gate, as installed', 'gate, as the Action'] as const) {
    github.requests.length = 0
    const { argv, env: its } = contestants[name]
    const [command = '', ...words] = argv
    const options = { cwd: repository, env: { PATH: process.env['PATH'], ...its }, encoding: 'utf8' } as const
    const told = await new Promise<string>((resolve) =>
      execFile(command, words, options, (_error, out, err) => resolve(out || err)),
    )
    const { type } = JSON.parse(told) as { type: string }
    if (type !== 'pass') throw new Error(told)
    console.log(`${name}: ${type}, ${github.requests.length} requests to GitHub`)
  }
  console.log(
    `range: ${github.world.commits.length} commits, ${changed} files; ${rounds} rounds of ${runs} runs`,
  )

  const seconds: Record<string, number[]> = {}
  for (let round = 0; round < rounds; round += 1) {
    for (const [name, { argv, env: its }] of Object.entries(contestants)) {
      ;(seconds[name] ??= []).push(await cpuOf(argv, repository, its))
    }
  }
  const [gits = []] = Object.values(seconds)
  for (const [name, values] of Object.entries(seconds)) {
    const ratios = values.map((value, round) => value / (gits[round] ?? Number.NaN))
    const ms = values.map((value) => value * 1000)
    console.log(`${name.padEnd(24)} CPU ms ${shown(ms, 0).padEnd(28)} / git ${shown(ratios, 2)}`)
  }
} finally {
  rmSync(folder, { recursive: true, force: true })
}
