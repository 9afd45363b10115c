import { cpSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { commitAll, git, gitBytes } from './git.ts'

/** Where the demo's change comes from: two commits of a repository of the user's, else two made from this project's own files. */
export interface Source {
  /** Fill an empty folder with a repository as it was before the change, on the branch `main`. */
  before(folder: string): void
  /** Make the change in that folder; the caller commits it. */
  change(folder: string): void
}

const project = join(import.meta.dirname, '..', '..')

/** Two commits made from this project's own files: two packages go in, one goes out, and a file of an `auth` folder changes. */
export const projectSource: Source = {
  before(folder) {
    mkdirSync(folder, { recursive: true })
    git(folder, 'init', '--quiet', '--initial-branch=main')
    copyProject(folder, 'packages/core', 'packages/audit')
    commitAll(folder, 'Before the work')
  },
  change(folder) {
    rmSync(join(folder, 'packages/audit'), { recursive: true })
    copyProject(folder, 'packages/client', 'packages/local')
    const session = join(folder, 'src/auth/session.ts')
    mkdirSync(dirname(session), { recursive: true })
    writeFileSync(session, `export { openSession } from '../session/store.ts'\n`)
  },
}

/** Two commits of a repository that is cloned, never written to; the change starts at their merge base. */
export function repositorySource(path: string, base: string, head: string): Source {
  const from = git(path, 'merge-base', base, head)
  const to = git(path, 'rev-parse', '--verify', `${head}^{commit}`)
  return {
    before(folder) {
      git(path, 'clone', '--quiet', '--no-checkout', '--no-hardlinks', '.', folder)
      git(folder, 'fetch', '--quiet', 'origin', from, to)
      git(folder, 'checkout', '--quiet', '-B', 'main', from)
      git(folder, 'remote', 'remove', 'origin')
    },
    change(folder) {
      const diff = gitBytes(folder, ['diff', '--binary', '--full-index', from, to])
      gitBytes(folder, ['apply', '--index', '--whitespace=nowarn', '-'], diff)
    },
  }
}

function copyProject(folder: string, ...places: string[]): void {
  for (const place of places) {
    for (const { name } of readdirSync(join(project, place), { withFileTypes: true })) {
      if (['node_modules', 'dist'].includes(name)) continue
      cpSync(join(project, place, name), join(folder, place, name), { recursive: true })
    }
  }
}
