import { fetchScript } from './fetch-script.ts'

/** The step's lines that fetch a pull request's head as objects, by its number: `number` is the expression for it. */
export const fetchHead = (number: string): string =>
  fetchScript({ NUMBER: number }, [
    'git fetch --no-tags origin "+refs/pull/$NUMBER/head:refs/remotes/pull/head"',
  ])
