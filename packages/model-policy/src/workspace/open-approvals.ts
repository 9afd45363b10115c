import { type Approvals, type Digest, type FetchedGrants, parseEscalation, PolicyError } from '@policy/core'
import { fileApprovals, readText, saveGrant } from '@policy/local'
import { standing, verifyHere } from '../grants/standing.ts'
import type { Workspace } from './open-workspace.ts'
import { pullRequestGrants, type PullRequestGrantsOptions } from './pull-request-grants.ts'

/**
 * Where this repository's escalations are put and its grants are found: `escalation.md`, the user's state, and, where there is a token for
 * GitHub, the pull request of this branch. What verifies there is kept in the user's state.
 */
export function openApprovals(workspace: Workspace, options: PullRequestGrantsOptions): Approvals {
  const { clock } = options
  const { paths } = workspace
  const files = fileApprovals({
    file: paths.escalation,
    grants: paths.grants,
    async stillCounts(token) {
      const grant = await standing(workspace, token, clock)
      return grant !== undefined && grant.refused === undefined
    },
  })
  const fetchAnswers = pullRequestGrants(workspace, options)
  if (fetchAnswers === undefined) return files

  async function fetchAndKeep(digest: Digest): Promise<FetchedGrants> {
    const { tokens, ...found } = (await fetchAnswers?.(digest)) ?? { tokens: [] }
    const kept: string[] = []
    for (const token of tokens) {
      const grant = await verifyHere(workspace, token, clock).catch(refusal)
      if (grant === undefined) continue
      await saveGrant(paths.grants, { jti: grant.jti, token, now: clock() })
      kept.push(token)
    }
    // where none counts, the newest goes on, so that the refusal says what is wrong with it
    return { ...found, tokens: kept.length > 0 ? kept : tokens.slice(0, 1) }
  }

  return {
    ...files,
    async find(digest) {
      const found = await files.find(digest)
      if (found !== undefined) return found
      await fetchAndKeep(digest)
      return files.find(digest)
    },
    async fetchGrants() {
      const digest = await askedIn(paths.escalation)
      return digest === undefined ? files.fetchGrants() : fetchAndKeep(digest)
    },
  }
}

/** The escalation that waits in a file: without one nobody was asked, so there is nothing to look for. */
async function askedIn(file: string): Promise<Digest | undefined> {
  const text = await readText(file)
  if (text === undefined) return undefined
  return parseEscalation(text).then(({ digest }) => digest, refusal)
}

const refusal = (error: unknown): undefined => {
  if (!PolicyError.is(error)) throw error
}
