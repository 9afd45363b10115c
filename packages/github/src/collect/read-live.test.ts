import { describe, expect, it } from 'vitest'
import { developer, head, label, manager } from '../../test/support/a-pull-request.ts'
import { connect } from './github-client.ts'
import { readEvents, readReviews } from './read-live.ts'

/** A source of which every question has one answer. */
const answering = (answer: unknown) =>
  ({
    github: connect({ token: 'secret', retries: 0, fetch: async () => Response.json(answer) }),
    owner: 'acme',
    repo: 'app',
  }) as Parameters<typeof readReviews>[0]

const userOf = ({ id, login }: typeof manager) => ({ id, login, type: 'User' })

describe('what GitHub gives in another order counts by its ids', () => {
  it('label events', async () => {
    const event = {
      actor: userOf(manager),
      created_at: '2026-11-22T12:00:00Z',
      label: { name: label },
      performed_via_github_app: null,
    }
    const answer = [
      { ...event, id: 9, event: 'unlabeled' },
      { ...event, id: 7, event: 'labeled' },
    ]
    expect((await readEvents(answering(answer), 12)).labelEvents.map(({ type }) => type)).toEqual([
      'labeled',
      'unlabeled',
    ])
  })

  it('changes of the base branch', async () => {
    const change = { actor: null, event: 'base_ref_changed' }
    const answer = [
      { ...change, id: 9, created_at: '2026-11-22T13:00:00Z' },
      { ...change, id: 8, created_at: '2026-11-22T12:00:00Z', event: 'automatic_base_change_succeeded' },
    ]
    expect((await readEvents(answering(answer), 12)).retargetedAt).toBe(Date.parse('2026-11-22T13:00:00Z'))
  })

  it('reviews', async () => {
    const review = { user: userOf(developer), commit_id: head }
    const answer = [
      { ...review, id: 41, state: 'CHANGES_REQUESTED' },
      { ...review, id: 40, state: 'APPROVED' },
    ]
    expect((await readReviews(answering(answer), 12)).map(({ id }) => id)).toEqual([40, 41])
  })
})

it('takes no label event that does not tell whether an app made it', async () => {
  const event = { id: 7, event: 'labeled', actor: userOf(manager), label: { name: label } }
  const reading = readEvents(answering([{ ...event, created_at: '2026-11-22T12:00:00Z' }]), 12)
  await expect(reading).rejects.toMatchObject({ code: 'github_incomplete' })
})
