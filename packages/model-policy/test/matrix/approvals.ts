import { payload } from '../../../github/test/support/samples.ts'
import { renderEscalation } from '@policy/core'
import { agent, developer, manager, outsider } from '../../../github/test/support/a-pull-request.ts'
import { putLabel } from '../support/pull-request.ts'
import { about, edited, event, type Scenario } from './scenario.ts'
import {
  label,
  codex,
  start,
  approve,
  mark,
  unmark,
  allow,
  started,
  note,
  signed,
  mint,
  byReview,
} from './steps.ts'

/** Rows about whose approval counts. */
export const approvals: Scenario[] = [
  {
    row: 1,
    scenario: 'no model marks',
    from: 'begun',
    change: () => about('pull_request', 'opened'),
    verdict: 'neutral',
  },
  {
    row: 2,
    scenario: 'Codex marks, no escalation',
    from: 'begun',
    change: started((story) => {
      story.git('rm', '--quiet', 'escalation.md')
      story.push('Take it out', {})
      return about('pull_request', 'opened')
    }),
    verdict: 'fail escalation_missing',
  },
  {
    row: 3,
    scenario: 'escalation valid, no approval',
    from: 'begun',
    change: started(() => about('pull_request', 'synchronize')),
    verdict: 'fail approval_missing',
  },
  {
    row: 4,
    scenario: 'label by the manager, nothing minted yet',
    from: 'begun',
    change: started(mark),
    verdict: 'fail grant_missing',
  },
  {
    row: 4,
    scenario: 'label by the manager, minted, worked, reviewed',
    from: 'worked',
    change: () => {},
    verdict: 'pass',
  },
  {
    row: 5,
    scenario: 'then a push that nobody reviewed',
    from: 'worked',
    change: (story) => {
      start(story)
      return about('pull_request', 'synchronize')
    },
    verdict: 'fail review_stale',
  },
  {
    row: 5,
    scenario: 'then a push, reviewed again',
    from: 'worked',
    change: (story) => {
      start(story)
      approve(story)
      return about('pull_request_review', 'submitted')
    },
    verdict: 'pass',
  },
  {
    row: 5,
    scenario: 'then given another base branch, and not reviewed again',
    from: 'worked',
    change: ({ github: { world } }) => {
      world.retargeted = { event: 'base_ref_changed', at: '2099-11-22T12:30:00Z' }
      return edited()
    },
    verdict: 'fail review_stale',
  },
  {
    row: 5,
    scenario: 'then given another base branch, and reviewed again',
    from: 'worked',
    change: (story) => {
      const { world } = story.github
      world.retargeted = { event: 'automatic_base_change_succeeded', at: '2099-11-22T12:30:00Z' }
      approve(story)
      Object.assign(world.reviews.at(-1) ?? {}, { at: '2099-11-22T12:31:00Z' })
      return edited()
    },
    verdict: 'pass',
  },
  {
    row: 5,
    scenario: 'then a push outside the approved paths',
    from: 'worked',
    change: (story) => {
      story.push(codex('Migrate'), { 'db/migrate.sql': 'x' })
      approve(story)
    },
    verdict: 'fail grant_path',
  },
  {
    row: 6,
    scenario: 'then a force push of the same tree',
    from: 'worked',
    change: (story) => {
      const { world } = story.github
      story.git('commit', '--quiet', '--amend', '--message', codex('Other words'))
      world.head = story.git('rev-parse', 'HEAD')
      world.commits[1] = { id: world.head, message: codex('Other words'), author: agent, committer: agent }
      return about('pull_request', 'synchronize')
    },
    verdict: 'fail review_stale',
  },
  {
    row: 7,
    scenario: 'then the escalation edited',
    from: 'worked',
    change: (story) => {
      story.push('Wider', { 'escalation.md': renderEscalation({ ...story.escalation, paths: ['**'] }) })
      approve(story)
    },
    verdict: 'fail grant_escalation',
  },
  {
    row: 8,
    scenario: 'label by a bot',
    from: 'begun',
    change: started((story) => mark(story, agent)),
    verdict: 'fail approval_not_person',
  },
  {
    row: 9,
    scenario: 'label by the manager through an app',
    from: 'begun',
    change: started((story) => mark(story, manager, label, 'helper')),
    verdict: 'fail approval_not_person',
  },
  {
    row: 10,
    scenario: 'label by a listed person with the triage role',
    from: 'begun',
    change: started((story) => {
      mark(story)
      allow(story, manager, 'read', 'triage')
    }),
    verdict: 'fail approval_role',
  },
  {
    row: 11,
    scenario: 'label by a writer who is not listed',
    from: 'begun',
    change: started((story) => {
      mark(story, developer)
      allow(story)
    }),
    verdict: 'fail approval_unlisted',
  },
  {
    row: 12,
    scenario: 'label by the manager, who committed',
    from: 'begun',
    change: (story) => {
      story.push(codex('Start'), { 'src/a.ts': '1' }, { author: manager })
      mark(story)
    },
    verdict: 'fail approval_self',
  },
  {
    row: 13,
    scenario: 'label taken off, still in the payload of an old event',
    from: 'begun',
    change: started((story) => {
      mark(story)
      unmark(story)
      return about('pull_request', 'labeled', { labels: [{ name: label }] })
    }),
    verdict: 'fail approval_missing',
  },
  {
    row: 13,
    scenario: 'label taken off after the grant',
    from: 'worked',
    change: (story) => {
      unmark(story)
      return about('pull_request', 'unlabeled')
    },
    verdict: 'fail approval_withdrawn',
  },
  {
    row: 14,
    scenario: 'label taken off, put back by the agent',
    from: 'begun',
    change: started((story) => {
      mark(story)
      unmark(story, developer)
      mark(story, agent)
    }),
    verdict: 'fail approval_not_person',
  },
  {
    row: 15,
    scenario: 'another label renamed to the approval label',
    from: 'begun',
    change: started((story) => {
      mark(story, manager, 'ready')
      story.github.world.labels = [label]
    }),
    verdict: 'fail approval_missing',
  },
  {
    row: 16,
    scenario: 'label put on for an outsider by an issue form',
    from: 'begun',
    change: started((story) => mark(story, outsider)),
    verdict: 'fail approval_unlisted',
  },
  {
    row: 17,
    scenario: 'a label in Cyrillic letters',
    from: 'begun',
    change: started((story) => mark(story, manager, 'model:сodex-approve')),
    verdict: 'fail approval_missing',
  },
  {
    row: 17,
    scenario: 'a label with a zero-width space',
    from: 'begun',
    change: started((story) => mark(story, manager, `${label}\u200B`)),
    verdict: 'fail approval_missing',
  },
  {
    row: 17,
    scenario: 'a label in another case is the same label',
    from: 'worked',
    change: ({ github: { world } }) => {
      world.labels = [label.toUpperCase()]
      for (const one of world.labelEvents) one.label = label.toUpperCase()
    },
    verdict: 'pass',
  },
  {
    row: 18,
    scenario: 'a label on a linked issue only',
    from: 'begun',
    change: started(() => edited({ body: 'Closes #7' })),
    verdict: 'fail approval_missing',
  },
  {
    row: 19,
    scenario: 'a grant for what another escalation asked',
    from: 'begun',
    change: async (story) => {
      putLabel(story)
      await mint(story)
      const other = { ...story.escalation, id: 'esc_01JD0000000000000000000009' }
      story.push(codex('Start anew'), { 'escalation.md': renderEscalation(other), 'src/a.ts': '1' })
    },
    verdict: 'fail grant_escalation',
  },
  {
    row: 20,
    scenario: 'refusal label beside the approval',
    from: 'worked',
    change: (story) => mark(story, outsider, 'model:codex-refuse'),
    verdict: 'fail approval_declined',
  },
  {
    row: 21,
    scenario: 'approval note committed by the agent',
    from: 'begun',
    change: started(
      (story) => void story.push('Approve', note(story), { ...signed, author: agent, committer: agent }),
    ),
    verdict: 'fail approval_not_person',
  },
  {
    row: 22,
    scenario: 'note claims the manager as author, unsigned',
    from: 'begun',
    change: started(
      (story) => void story.push('Approve', note(story), { author: manager, committer: manager }),
    ),
    verdict: 'fail approval_unverified',
  },
  ...['unknown_key', 'bad_email'].map((reason): Scenario => ({
    row: 23,
    scenario: `note signed, ${reason}`,
    from: 'begun',
    change: started(
      (story) =>
        void story.push('Approve', note(story), { ...signed, verification: { verified: false, reason } }),
    ),
    verdict: 'fail approval_unverified',
  })),
  {
    row: 24,
    scenario: 'note signed by the manager, then edited by the agent',
    from: 'begun',
    change: started((story) => {
      story.push('Approve', note(story), signed)
      story.push('Touch it', { 'escalation.md': `${note(story)['escalation.md']}\n` })
    }),
    verdict: 'fail approval_unverified',
  },
  {
    row: 24,
    scenario: 'note signed by the manager, not minted yet',
    from: 'begun',
    change: started((story) => void story.push('Approve', note(story), signed)),
    verdict: 'fail grant_missing',
  },
  {
    row: 25,
    scenario: 'review by the manager of the head, minted',
    from: 'begun',
    change: async (story) => {
      await byReview(story)
      approve(story, manager)
      return about('pull_request_review', 'submitted')
    },
    verdict: 'pass',
  },
  {
    row: 26,
    scenario: 'review by the manager of an older head',
    from: 'begun',
    change: byReview,
    verdict: 'fail review_stale',
  },
  {
    row: 26,
    scenario: 'review by the manager, dismissed',
    from: 'begun',
    change: async (story) => {
      await byReview(story)
      approve(story)
      const [first] = story.github.world.reviews
      if (first) first.state = 'DISMISSED'
      return about('pull_request_review', 'dismissed')
    },
    verdict: 'fail approval_withdrawn',
  },
  {
    row: 26,
    scenario: 'review by the manager, who then asks for changes',
    from: 'begun',
    change: async (story) => {
      await byReview(story)
      approve(story, manager, story.github.world.head, 'CHANGES_REQUESTED')
    },
    verdict: 'fail approval_declined',
  },
  ...['<!-- Approved -->', '```\nApproved\n```'].map((text): Scenario => ({
    row: 27,
    scenario: `approval text as ${JSON.stringify(text)}`,
    from: 'begun',
    change: started((story) => void story.push('Approve', note(story, text), signed)),
    verdict: 'fail escalation_malformed',
  })),
  {
    row: 28,
    scenario: 'a comment by the manager that says approved',
    from: 'begun',
    change: started(({ github: { world } }) => {
      world.comments.push({ id: 1, by: manager, body: 'Approved' })
      const { issue } = payload('issue_comment', 'edited') as { issue: object }
      return event('issue_comment', 'edited', { issue: { ...issue, number: 12, pull_request: {} } })
    }),
    verdict: 'fail approval_missing',
  },
  {
    row: 61,
    scenario: 'the manager lost access after the grant',
    from: 'worked',
    change: ({ github: { world } }) => void delete world.permissions[manager.login],
    verdict: 'fail approval_role',
  },
  {
    row: 63,
    scenario: 'the requester approves',
    from: 'begun',
    change: started((story) => {
      story.github.world.author = manager
      mark(story)
    }),
    verdict: 'fail approval_self',
  },
  {
    row: 64,
    scenario: 'a co-author trailer names the manager',
    from: 'begun',
    change: (story) => {
      start(story, `${codex('Start')}\nCo-authored-by: Mona <1001+mona@users.noreply.github.com>`)
      mark(story)
    },
    verdict: 'fail approval_self',
  },
]
