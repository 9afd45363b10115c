import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { onTestFinished } from 'vitest'

/** A repository for one test, with a git that nothing outside it configures. */
export interface ScratchRepository {
  top: string
  git(...args: string[]): string
  write(files: Readonly<Record<string, string>>): void
  /** Write files, stage everything and commit; gives the commit's id. */
  commit(files?: Readonly<Record<string, string>>): string
  /** Remove it before the test ends, where one test makes many. */
  dispose(): void
}

const identity = {
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_AUTHOR_NAME: 'A',
  GIT_AUTHOR_EMAIL: 'a@example.com',
  GIT_AUTHOR_DATE: '2026-01-01T00:00:00Z',
  GIT_COMMITTER_NAME: 'A',
  GIT_COMMITTER_EMAIL: 'a@example.com',
  GIT_COMMITTER_DATE: '2026-01-01T00:00:00Z',
}

/** A folder for one test, removed when it ends. */
export function scratchFolder(): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'model-policy-test-')))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** A new repository on branch `main`, removed when the test ends. */
export function scratchRepository(...initOptions: string[]): ScratchRepository {
  const top = scratchFolder()
  const repository: ScratchRepository = {
    top,
    git: (...args) =>
      execFileSync('git', args, { cwd: top, env: { ...process.env, ...identity }, stdio: 'pipe' }).toString(),
    write(files) {
      for (const [path, text] of Object.entries(files)) {
        mkdirSync(dirname(join(top, path)), { recursive: true })
        writeFileSync(join(top, path), text)
      }
    },
    commit(files = {}) {
      repository.write(files)
      repository.git('add', '--all')
      repository.git('commit', '--quiet', '--allow-empty', '--message', 'work')
      return repository.git('rev-parse', 'HEAD').trim()
    },
    dispose: () => rmSync(top, { recursive: true, force: true }),
  }
  repository.git('init', '--quiet', '--initial-branch=main', ...initOptions)
  return repository
}
