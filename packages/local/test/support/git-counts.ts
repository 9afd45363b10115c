import { execFileSync } from 'node:child_process'

/** One file as git counts it; paths are one character a byte. */
export interface GitCount {
  /** Added and deleted, as git prints them. */
  counts: string
  path: string
  from: string | undefined
}

/** What git itself says of the difference of two commits, read apart from our own code. */
export function gitCounts(top: string, base: string, head: string): GitCount[] {
  const output = execFileSync(
    'git',
    ['diff', '--numstat', '-z', '-M', '--ignore-submodules=none', base, head],
    {
      cwd: top,
      env: { ...process.env, GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1' },
      maxBuffer: 2 ** 28,
    },
  ).toString('latin1')
  const fields = output.split('\0').slice(0, -1)
  const rows: GitCount[] = []
  while (fields.length > 0) {
    const [added, deleted, ...rest] = (fields.shift() ?? '').split('\t')
    const path = rest.join('\t')
    const from = path === '' ? fields.shift() : undefined
    rows.push({
      counts: `${added} ${deleted}`,
      path: from === undefined ? path : (fields.shift() ?? ''),
      from,
    })
  }
  return rows
}
