const families = {
  npm: ['package-lock.json', 'npm-shrinkwrap.json', 'yarn.lock', 'pnpm-lock.yaml', 'bun.lock'],
  deno: ['deno.lock'],
  python: ['poetry.lock', 'uv.lock', 'Pipfile.lock'],
  rust: ['Cargo.lock'],
  ruby: ['Gemfile.lock'],
  php: ['composer.lock'],
} as const

/** Tools that fetch the same kind of package, from the same places. */
export type LockfileFamily = keyof typeof families

/** Whose lockfile a path is; `undefined` when it is none. */
export function lockfileFamily(path: string): LockfileFamily | undefined {
  const name = path.slice(path.lastIndexOf('/') + 1)
  const all = Object.entries(families) as [LockfileFamily, readonly string[]][]
  return all.find(([, names]) => names.includes(name))?.[0]
}
