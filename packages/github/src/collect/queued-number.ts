/**
 * The pull request that a queue's commit says it is of; `undefined` where it says none, or two. Pure.
 *
 * Whoever opens a pull request chooses its title. A squash's subject is that title with the number that GitHub puts behind it, so only the
 * end of it is GitHub's word. A merge says it in front, or, where the repository wants titles, behind too: what is told twice must agree.
 */
export function queuedNumber(subject: string, parents: readonly string[]): number | undefined {
  const [, behind] = /\(#(\d+)\)$/.exec(subject) ?? []
  const [, before] = parents.length === 2 ? (/^Merge pull request #(\d+) from /.exec(subject) ?? []) : []
  if (before !== undefined && behind !== undefined && before !== behind) return undefined
  const number = before ?? behind
  return number === undefined ? undefined : Number(number)
}
