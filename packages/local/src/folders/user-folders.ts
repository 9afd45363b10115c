import { homedir } from 'node:os'
import { isAbsolute, join } from 'node:path'
import type { Environment } from '../git/run-git.ts'

/** Where one user of this machine, and its administrator, keep what no repository holds. */
export interface UserFolders {
  /** Trust roots and private keys. */
  config: string
  /** What grows with use: ledgers, grants, agent keys, serials already seen. */
  state: string
  /** Trust roots that the administrator pins for every user: they win over the user's own. */
  machine: string
}

// fixed for each platform: whoever sets an agent's environment must not be able to move it
const machineFolder =
  { darwin: '/Library/Application Support/model-policy', win32: 'C:\\ProgramData\\model-policy' }[
    process.platform as string
  ] ?? '/etc/model-policy'

/**
 * The folders of the user whom an environment describes, by the XDG Base Directory Specification 0.8.
 *
 * `XDG_CONFIG_HOME` and `XDG_STATE_HOME` count when absolute; else they lie below `HOME`, else below this process's home.
 * The machine's is no matter of the environment: `/etc/model-policy` (macOS: `/Library/Application Support/model-policy`, Windows:
 * `C:\\ProgramData\\model-policy`).
 */
export function userFolders(env: Environment = process.env, machine = machineFolder): UserFolders {
  const home = env['HOME'] || homedir()
  const folder = (name: string, fallback: string) => {
    const given = env[name]
    return join(given && isAbsolute(given) ? given : join(home, fallback), 'model-policy')
  }
  return {
    config: folder('XDG_CONFIG_HOME', '.config'),
    state: folder('XDG_STATE_HOME', '.local/state'),
    machine,
  }
}

/** The state of one repository: shared by all its clones and worktrees of this user, so that they share one spend. */
export function repositoryStateFolder(folders: UserFolders, repositoryId: string): string {
  return join(folders.state, 'repositories', encodeURIComponent(repositoryId))
}
