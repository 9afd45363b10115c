import {
  type Escalation,
  type Finding,
  type MeasuredChange,
  renderRequest,
  type VerifiedGrant,
} from '@policy/core'
import { grantMarker } from '../collect/read-grants.ts'
import { inert } from '../report/inert.ts'

/** What a comment that carries a grant tells. */
export interface GrantCommentOptions {
  token: string
  grant: VerifiedGrant
  escalation: Escalation
  /** The change as the minter measured it. */
  measured: MeasuredChange
  crossed: readonly Finding[]
}

/** The comment that carries a grant: for people what it permits, for the agent the token. It is no secret: it needs the agent's key. */
export function grantComment({ token, grant, escalation, measured, crossed }: GrantCommentOptions): string {
  const { changedFiles, changedLines } = measured
  return [
    grantMarker,
    '### Model policy: granted',
    '',
    `${inert(grant.sub)} approved the escalation ${inert(escalation.id)} for ${inert(escalation.task)}.`,
    '',
    `- permits: ${renderRequest(escalation.request)}`,
    `- agent: ${inert(escalation.agent)}`,
    `- reaches: ${inert(escalation.paths.join(', '))}`,
    `- times: ${grant.authorization_details[0].max_calls}, until ${new Date(grant.exp * 1000).toISOString()}`,
    `- measured by the minter: ${changedFiles} files, ${changedLines} lines${crossed.map(({ reason }) => `; ${reason}`).join('')}`,
    '',
    'It covers this escalation only. What is made under it still needs a review of its head before it is merged.',
    '',
    '```',
    token,
    '```',
    '',
  ].join('\n')
}
