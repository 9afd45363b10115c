import type { Approvals, Clock } from '@policy/core'
import { fileApprovals } from '@policy/local'
import { standing } from '../grants/standing.ts'
import type { Workspace } from './open-workspace.ts'

/** Where this repository's escalations are put and its grants are found: `escalation.md`, and the user's state. */
export function openApprovals(workspace: Workspace, clock: Clock): Approvals {
  const { paths } = workspace
  return fileApprovals({
    file: paths.escalation,
    grants: paths.grants,
    async stillCounts(token) {
      const grant = await standing(workspace, token, clock)
      return grant !== undefined && grant.refused === undefined
    },
  })
}
