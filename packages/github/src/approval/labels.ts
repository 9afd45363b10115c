import type { LabelEvent, PullRequestEvidence } from '../evidence/pull-request-evidence.ts'

/** Whether two label names are one label: GitHub keeps a label's case and compares without it. */
export function sameLabel(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase()
}

/**
 * The event by which a label is on a pull request now: the newest of its events, when that put it on and it is still there.
 *
 * A label without such an event was renamed into place, and counts for nothing. Pure.
 */
export function standingLabel(
  { labels, labelEvents }: Pick<PullRequestEvidence, 'labels' | 'labelEvents'>,
  name: string,
): LabelEvent | undefined {
  const newest = labelEvents.findLast((event) => sameLabel(event.label, name))
  return newest?.type === 'labeled' && labels.some((label) => sameLabel(label, name)) ? newest : undefined
}

/** A label that a reader may take for another: equal but for spaces, invisible characters or letters of other scripts. */
export function lookAlikeOf(labels: readonly string[], name: string): string | undefined {
  const wanted = [...name.toLowerCase()]
  return labels.find((label) => {
    const read = [
      ...label
        .normalize('NFKC')
        .replaceAll(/[\p{Cf}\p{Cc}\s]/gu, '')
        .toLowerCase(),
    ]
    return (
      !sameLabel(label, name) &&
      read.length === wanted.length &&
      read.every((character, index) => character === wanted[index] || character > '~')
    )
  })
}
