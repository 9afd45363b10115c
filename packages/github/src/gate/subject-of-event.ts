import { z } from 'zod'
import type { Subject } from '../collect/collect-options.ts'

/** What a workflow run is about: a pull request, a merge group, or neither. */
export type EventSubject = Subject | { type: 'no-pull-request'; event: string }

const numbered = z.object({ number: z.int().positive() })
const payloads = z.object({
  pull_request: numbered.optional(),
  issue: numbered.extend({ pull_request: z.unknown() }).optional(),
  merge_group: z.object({ base_sha: z.string(), head_sha: z.string(), head_ref: z.string() }).optional(),
})

/**
 * What the event of a workflow run is about. The payload only says where to look: a run that is started again replays an old one, so
 * everything else is read live.
 */
export function subjectOfEvent(event: string, payload: unknown): EventSubject {
  const { data } = payloads.safeParse(payload)
  const group = data?.merge_group
  if (event === 'merge_group' && group) {
    return { type: 'merge-group', base: group.base_sha, head: group.head_sha, headRef: group.head_ref }
  }
  const number = data?.pull_request?.number ?? (data?.issue?.pull_request ? data.issue.number : undefined)
  return number === undefined ? { type: 'no-pull-request', event } : { type: 'pull-request', number }
}
