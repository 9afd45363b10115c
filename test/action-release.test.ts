import { execFileSync, spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { releaseAction } from '../tools/action-release.ts'

const workspace = join(import.meta.dirname, '..')
const folder = mkdtempSync(join(tmpdir(), 'model-policy-test-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
const bundle = join(folder, 'action.js')
beforeAll(() => void execFileSync(process.execPath, [join(workspace, 'tools/build-action.ts'), bundle]))

/** A repository with the Action's files, committed by somebody at some time. */
function repository(name: string) {
  const top = join(folder, name)
  mkdirSync(top)
  for (const file of ['action.yml', 'LICENSE']) cpSync(join(workspace, file), join(top, file))
  const identity = ['-c', 'user.name=Test', '-c', 'user.email=test@example.com']
  const env = {
    ...process.env,
    GIT_COMMITTER_DATE: '2026-11-22T12:00:00Z',
    GIT_AUTHOR_DATE: '2026-11-22T12:00:00Z',
  }
  const git = (...argv: string[]) =>
    execFileSync('git', [...identity, ...argv], { cwd: top, encoding: 'utf8', env }).trim()
  git('init', '--quiet', '--initial-branch=main')
  git('add', '--all')
  git('commit', '--quiet', '--message', 'Begin')
  return { top, git }
}

it('tags a commit on top of HEAD with nothing but the Action in it, and moves nothing else', () => {
  const { top, git } = repository('one')
  const { commit, tag } = releaseAction({ top, bundle, version: '1.2.3' })
  expect(tag).toBe('v1.2.3')
  expect(git('rev-parse', 'v1.2.3', 'v1.2.3^', 'main').split('\n')).toEqual([
    commit,
    git('rev-parse', 'HEAD'),
    git('rev-parse', 'HEAD'),
  ])
  expect(git('ls-tree', '-r', '--name-only', tag).split('\n')).toEqual([
    'LICENSE',
    'action.yml',
    'dist/action.js',
  ])
  expect(git('status', '--porcelain')).toBe('')
  const again = repository('another')
  expect(releaseAction({ top: again.top, bundle, version: '1.2.3' }).commit).toBe(commit)
})

it('runs from a folder with nothing else in it', () => {
  const { top, git } = repository('run')
  releaseAction({ top, bundle, version: '1.2.3' })
  const installed = join(folder, 'installed')
  git('worktree', 'add', '--quiet', '--detach', installed, 'v1.2.3')
  rmSync(join(installed, '.git'))
  expect(readdirSync(installed).toSorted()).toEqual(['LICENSE', 'action.yml', 'dist'])
  const [, main = ''] = /^ {2}main: (.*)$/m.exec(readFileSync(join(installed, 'action.yml'), 'utf8')) ?? []
  const step = (inputs: Record<string, string>) => {
    const env = { PATH: process.env['PATH'], HOME: folder, ...inputs }
    const { status, stderr } = spawnSync(process.execPath, [main], { cwd: installed, env, encoding: 'utf8' })
    return { status, stderr }
  }
  const gate = { INPUT_COMMAND: 'gate', INPUT_TOKEN: 'x', GITHUB_REPOSITORY: 'acme/app' }
  expect(step(gate)).toMatchObject({
    status: 1,
    stderr: expect.stringMatching(/^model-policy: .*\[repository_missing\]/),
  })
  expect(step({ INPUT_COMMAND: 'other' })).toMatchObject({
    status: 1,
    stderr: expect.stringMatching(/^error: /),
  })
})

it('releases nothing that is not committed, has no version, or was released before', () => {
  const { top, git } = repository('refused')
  expect(() => releaseAction({ top, bundle, version: '0.0.0' })).toThrow('no version')
  writeFileSync(join(top, 'other'), '')
  expect(() => releaseAction({ top, bundle, version: '1.2.3' })).toThrow('not clean')
  git('add', '--all')
  git('commit', '--quiet', '--message', 'Go on')
  const { commit } = releaseAction({ top, bundle, version: '1.2.3' })
  git('commit', '--quiet', '--allow-empty', '--message', 'Go on again')
  expect(() => releaseAction({ top, bundle, version: '1.2.3' })).toThrow('v1.2.3 is there already')
  expect(git('rev-parse', 'v1.2.3')).toBe(commit)
})
