import { fetchScript } from './fetch-script.ts'

/** The step's lines that fetch a pull request's head as objects, by its number. */
export const fetchHead = fetchScript({ NUMBER: 'github.event.pull_request.number' }, [
  'git fetch --no-tags origin "+refs/pull/$NUMBER/head:refs/remotes/pull/head"',
])
