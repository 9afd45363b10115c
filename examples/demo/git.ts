import { execFileSync } from 'node:child_process'

const identity = {
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_AUTHOR_NAME: 'Demo',
  GIT_AUTHOR_EMAIL: 'demo@example.com',
  GIT_COMMITTER_NAME: 'Demo',
  GIT_COMMITTER_EMAIL: 'demo@example.com',
}

/** Run git in a folder, untouched by the configuration of whoever runs the demo, and give the bytes it prints. */
export function gitBytes(
  folder: string,
  argv: readonly string[],
  input = new Uint8Array(),
): Uint8Array<ArrayBuffer> {
  return new Uint8Array(
    execFileSync('git', argv, {
      cwd: folder,
      env: { ...process.env, ...identity },
      maxBuffer: 1 << 30,
      stdio: ['pipe', 'pipe', 'pipe'],
      input,
    }),
  )
}

/** The same, as one trimmed text. */
export function git(folder: string, ...argv: readonly string[]): string {
  return new TextDecoder().decode(gitBytes(folder, argv)).trim()
}

/** Commit everything in a folder. */
export function commitAll(folder: string, message: string): void {
  git(folder, 'add', '--all')
  git(folder, 'commit', '--quiet', '--message', message)
}
