import { payload } from '../../../github/test/support/samples.ts'
import { renderKeys } from '@policy/core'
import { agent, outsider } from '../../../github/test/support/a-pull-request.ts'
import { about, edited, type Payload, type Scenario } from './scenario.ts'
import { approve, started, onBase, evidenceFile, vet } from './steps.ts'

/** Rows about where the run stands: forks, events, tokens, evidence, checks. */
export const runs: Scenario[] = [
  {
    row: 33,
    scenario: 'from a fork, not approved',
    from: 'begun',
    change: started(({ github: { world } }) => {
      Object.assign(world, { forked: true, author: outsider, pushes: [] })
      return about('pull_request', 'opened')
    }),
    verdict: 'fail approval_missing',
  },
  {
    row: 33,
    scenario: 'from a fork, approved and reviewed',
    from: 'worked',
    change: ({ github: { world } }) =>
      void Object.assign(world, { forked: true, author: outsider, pushes: [] }),
    verdict: 'pass',
  },
  {
    row: 33,
    scenario: 'from a fork whose head nobody fetched',
    from: 'worked',
    change: ({ github: { world } }) =>
      void Object.assign(world, { forked: true, author: outsider, pushes: [] }),
    fetchHead: false,
    verdict: 'error history_incomplete',
  },
  {
    row: 51,
    scenario: 'retargeted to a branch under another policy',
    from: 'worked',
    change: (story) => {
      const policy = JSON.parse(story.git('show', 'main:model-policy.yaml')) as { merge: Payload }
      const other = { ...policy, merge: { ...policy.merge, review: 'any' } }
      onBase(story, { 'model-policy.yaml': JSON.stringify(other) }, 'release')
      return edited()
    },
    verdict: 'fail grant_policy',
  },
  {
    row: 52,
    scenario: 'an old run again, its payload of another head',
    from: 'worked',
    change: () => about('pull_request', 'synchronize', { head: { sha: 'b'.repeat(40) }, labels: [] }),
    verdict: 'pass',
  },
  {
    row: 54,
    scenario: 'the label event on the fourth page',
    from: 'worked',
    change: ({ github: { world } }) => {
      const noise = Array.from({ length: 7 }, (_, id) => ({
        id,
        type: 'labeled' as const,
        label: `area-${id}`,
        actor: agent,
      }))
      Object.assign(world, { labelEvents: [...noise, ...world.labelEvents], pageSize: 2 })
    },
    verdict: 'pass',
  },
  {
    row: 55,
    scenario: 'a byte of the token altered',
    from: 'worked',
    change: ({ github: { world } }) => {
      for (const comment of world.comments) {
        comment.body = comment.body.replace(
          /\.eyJ(.)/,
          (_whole, next: string) => `.eyJ${next === 'h' ? 'i' : 'h'}`,
        )
      }
    },
    verdict: 'fail grant_malformed',
  },
  {
    row: 55,
    scenario: 'the key that signed it revoked',
    from: 'worked',
    change: (story) => {
      const [record] = (
        JSON.parse(story.git('show', 'main:.model-policy/keys.json')) as {
          keys: Parameters<typeof renderKeys>[0]
        }
      ).keys
      if (record)
        onBase(story, {
          '.model-policy/keys.json': renderKeys([{ ...record, revokedAt: '2026-06-01T00:00:00Z' }]),
        })
    },
    verdict: 'fail grant_key_revoked',
  },
  {
    row: 55,
    scenario: 'signed by a key that the base does not list',
    from: 'worked',
    change: (story) => onBase(story, { '.model-policy/keys.json': renderKeys([]) }),
    verdict: 'fail grant_key_unknown',
  },
  {
    row: 56,
    scenario: 'no evidence',
    from: 'worked',
    change: (story) => {
      story.git('rm', '--quiet', evidenceFile)
      story.push('Take it out', {})
      approve(story)
    },
    verdict: 'fail evidence_missing',
  },
  {
    row: 57,
    scenario: 'evidence altered',
    from: 'worked',
    change: (story) => {
      const text = story
        .git('show', `HEAD:${evidenceFile}`)
        .replace('Split the session store', 'Split the session shop')
      story.push('Alter', { [evidenceFile]: text })
      approve(story)
    },
    verdict: 'fail log_altered',
  },
  {
    row: 57,
    scenario: 'evidence of an earlier escalation removed',
    from: 'worked',
    change: (story) => {
      const earlier = evidenceFile.replace(/0\.json$/, '7.json')
      onBase(story, { [earlier]: '{}' })
      story.git('merge', '--quiet', '--no-edit', 'main')
      const { world } = story.github
      const merge = story.git('rev-parse', 'HEAD')
      world.commits.push({ id: merge, message: "Merge branch 'main'", author: agent, committer: agent })
      story.git('rm', '--quiet', earlier)
      story.push('Take it out', {})
      approve(story)
    },
    verdict: 'fail evidence_altered',
  },
  ...['timed_out', 'skipped'].map((conclusion): Scenario => ({
    row: 58,
    scenario: `the vet was ${conclusion}`,
    from: 'worked',
    change: (story) => vet(story, conclusion),
    verdict: 'error vet_failed',
  })),
  {
    row: 58,
    scenario: 'the vet found something',
    from: 'worked',
    change: (story) => vet(story, 'failure'),
    verdict: 'fail check_failed',
  },
  {
    row: 58,
    scenario: 'the vet did not run',
    from: 'worked',
    change: ({ github: { world } }) => void world.checks.splice(1, 1),
    verdict: 'fail check_missing',
  },
  ...['push', 'workflow_dispatch'].map((name): Scenario => ({
    row: 60,
    scenario: `${name}, behind which no pull request stands`,
    from: 'worked',
    change: () => ({ name, payload: name === 'workflow_dispatch' ? {} : payload(name) }),
    verdict: 'fail pull_request_missing',
  })),
  {
    row: 62,
    scenario: 'a draft',
    from: 'worked',
    change: ({ github: { world } }) => {
      world.draft = true
      return about('pull_request', 'converted_to_draft')
    },
    verdict: 'pass',
    tells: 'a draft',
  },
]
