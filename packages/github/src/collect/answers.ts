import { z } from 'zod'
import type { Account } from '../account/account.ts'

// The parts of GitHub's answers that are used, in its own names (OpenAPI 3.0, api.github.com). What is not in this form is no answer.

const user = z
  .object({ id: z.int(), login: z.string(), type: z.string() })
  .nullable()
  .transform((found): Account | undefined => {
    if (found === null) return undefined
    return { id: found.id, login: found.login, bot: found.type !== 'User' || found.login.endsWith('[bot]') }
  })

// A commit whose address belongs to nobody has `null` or `{}` here.
const committer = z.union([user, z.strictObject({}).transform(() => undefined)])

// What the commit itself says of who made it.
const signature = z
  .object({ name: z.string().optional(), email: z.string().optional() })
  .nullable()
  .transform((found) => ({ name: found?.name ?? '', address: found?.email ?? '' }))

const objectId = z.string().regex(/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/)

export const pullAnswer = z.object({
  number: z.int(),
  state: z.enum(['open', 'closed']),
  draft: z.boolean().optional(),
  body: z.string().nullable(),
  user,
  comments: z.int(),
  labels: z.array(z.object({ name: z.string() })),
  base: z.object({
    ref: z.string(),
    repo: z.object({ id: z.int(), full_name: z.string(), html_url: z.url(), default_branch: z.string() }),
  }),
  head: z.object({
    ref: z.string(),
    sha: objectId,
    repo: z.object({ id: z.int(), full_name: z.string(), owner: user }).nullable(),
  }),
})

export const pullsAnswer = z.array(
  z.object({
    number: z.int(),
    head: z.object({
      ref: z.string(),
      sha: objectId,
      repo: z.object({ owner: z.object({ login: z.string() }) }).nullable(),
    }),
  }),
)

export const branchAnswer = z.object({ name: z.string(), commit: z.object({ sha: objectId }) })

const dated = z.object({ date: z.iso.datetime().optional() }).nullable()

export const compareAnswer = z.object({
  total_commits: z.int(),
  commits: z.array(
    z.object({
      sha: objectId,
      author: committer,
      committer,
      commit: z.object({
        message: z.string(),
        author: signature,
        committer: signature.and(dated),
        verification: z.object({ verified: z.boolean(), reason: z.string() }),
      }),
    }),
  ),
})

export const issueEventsAnswer = z.array(
  z.object({
    id: z.int(),
    event: z.string(),
    actor: user,
    created_at: z.iso.datetime(),
    label: z.object({ name: z.string().nullable() }).optional(),
    performed_via_github_app: z.object({ name: z.string() }).nullable().optional(),
  }),
)

export const reviewsAnswer = z.array(
  z.object({
    id: z.int(),
    user,
    state: z.enum(['APPROVED', 'CHANGES_REQUESTED', 'COMMENTED', 'DISMISSED', 'PENDING']),
    commit_id: z.string().nullable(),
    // A pending review has none.
    submitted_at: z.iso.datetime().nullish(),
  }),
)

export const commentsAnswer = z.array(z.object({ id: z.int(), body: z.string().optional(), user }))

export const checkRunsAnswer = z.object({
  total_count: z.int(),
  check_runs: z.array(
    z.object({
      id: z.int(),
      name: z.string(),
      status: z.string(),
      conclusion: z.string().nullable(),
      started_at: z.iso.datetime().nullish(),
      completed_at: z.iso.datetime().nullish(),
      app: z.object({ id: z.int() }).nullable(),
      check_suite: z.object({ id: z.int() }).nullable(),
    }),
  ),
})

export const activityAnswer = z.array(z.object({ actor: user, before: z.string(), after: z.string() }))

export const permissionAnswer = z.object({
  permission: z.string(),
  role_name: z.string(),
  user,
})
