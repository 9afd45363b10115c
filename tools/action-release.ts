import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** What is released of the Action, from where. */
export interface ReleaseActionOptions {
  /** The top of the repository, whose HEAD is what is released. */
  top: string
  /** The path of the built bundle. */
  bundle: string
  /** The version, such as `1.2.3`. */
  version: string
}

/**
 * Put the Action into a commit of its own on top of HEAD, under a tag: `action.yml`, `LICENSE` and the bundle, which no branch carries. No
 * branch, index or working tree changes, and nothing is pushed.
 *
 * The commit says nothing of who made it and when but what HEAD says, so that whoever builds the same sources gets the same id.
 */
export function releaseAction({ top, bundle, version }: ReleaseActionOptions): {
  commit: string
  tag: string
} {
  const git = (argv: readonly string[], input?: string | Uint8Array, env: NodeJS.ProcessEnv = {}) =>
    execFileSync('git', argv, {
      cwd: top,
      input: input ?? '',
      env: { ...process.env, ...env },
      stdio: 'pipe',
    })
      .toString()
      .trim()
  if (!/^\d+\.\d+\.\d+(?:-[\w.]+)?$/.test(version) || version === '0.0.0')
    throw new Error(`${version} is no version to release: run \`changeset version\` and merge that first`)
  if (git(['status', '--porcelain']) !== '')
    throw new Error('the working tree is not clean: what is released has to be what is committed')
  const tag = `v${version}`
  if (git(['tag', '--list', tag]) !== '')
    throw new Error(`${tag} is there already, and a tag that people rely on is never moved`)
  const blob = (bytes: Uint8Array) => git(['hash-object', '-w', '--stdin'], bytes)
  const file = (name: string) => `100644 blob ${blob(readFileSync(join(top, name)))}\t${name}`
  const dist = git(['mktree'], `100644 blob ${blob(readFileSync(bundle))}\taction.js\n`)
  const tree = git(['mktree'], `${file('LICENSE')}\n${file('action.yml')}\n040000 tree ${dist}\tdist\n`)
  const [name = '', email = '', date = ''] = git(['log', '-1', '--format=%cn%n%ce%n%cI']).split('\n')
  const commit = git(['commit-tree', '-p', 'HEAD', '-m', `The Action of version ${version}`, tree], '', {
    GIT_AUTHOR_NAME: name,
    GIT_AUTHOR_EMAIL: email,
    GIT_AUTHOR_DATE: date,
    GIT_COMMITTER_NAME: name,
    GIT_COMMITTER_EMAIL: email,
    GIT_COMMITTER_DATE: date,
  })
  git(['tag', '--no-sign', tag, commit])
  return { commit, tag }
}
