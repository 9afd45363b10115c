import { payload } from '../../../github/test/support/samples.ts'
import type { PullRequestStory } from '../support/pull-request.ts'

export type Payload = Record<string, unknown>

export interface Scenario {
  row: number
  scenario: string
  /** Where it starts: asked for and nothing approved, or everything done up to the merge. */
  from: 'begun' | 'worked'
  /** What happens then; gives the event that starts the run, else that of a label put on. */
  change(story: PullRequestStory): void | Event | Promise<void | Event>
  verdict: string
  /** What one of the findings must tell of. */
  tells?: string
  /** Whether the workflow fetched the head. */
  fetchHead?: boolean
  /** The programs' `MODEL_POLICY_BACK_OFF_MS`: they wait a thousand times as long for an answer. A busy machine answers late too. @default 20 */
  backOff?: number
}

export interface Event {
  name: string
  payload: unknown
}

export const event = (name: string, action: string, edits: Payload = {}): Event => ({
  name,
  payload: { ...payload(name, action), ...edits },
})

/** An event about the pull request, its payload changed only in what it says of that. */
export function about(name: string, action: string, edits: Payload = {}): Event {
  const sample = payload(name, action)['pull_request'] as Payload
  return event(name, action, { pull_request: { ...sample, number: 12, ...edits } })
}

/** The event that title, body or base were edited, of which there is no sample: one like it, by another action. */
export const edited = (edits: Payload = {}): Event => {
  const { name, payload: like } = about('pull_request', 'synchronize', edits)
  return { name, payload: { ...(like as Payload), action: 'edited' } }
}
