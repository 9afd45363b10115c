import { countOf, type GrantDetail } from '@policy/core'
import type { GrantAtHand } from './standing.ts'

/** One grant for people: what it permits to whom, who gave it, what is left. */
export function grantText({ claims, used, refused }: GrantAtHand): string {
  const { jti, act, sub, exp, approval, authorization_details } = claims
  const [detail] = authorization_details
  return [
    jti,
    `  permits  ${permitted(detail)} for ${detail.task}, to ${act.sub} as ${detail.personas.join(', ')} in ${detail.paths.join(', ')}`,
    `  given    by ${sub} (${approval.basis}): ${approval.uri}`,
    `  left     ${used === undefined ? 'nothing' : detail.max_calls - used} of ${countOf(detail.max_calls, 'call')}, until ${new Date(exp * 1000).toISOString()}`,
    ...(refused === undefined ? [] : [`  REFUSED  ${refused.reason} [${refused.code}]`]),
    '',
  ].join('\n')
}

/** The same as data; the token itself is left out. */
export function grantData({ claims, used, refused }: GrantAtHand): object {
  const { jti, act, sub, exp, approval, authorization_details } = claims
  const [detail] = authorization_details
  return {
    jti,
    agent: act.sub,
    by: sub,
    until: new Date(exp * 1000).toISOString(),
    used,
    permits: detail,
    approval,
    refused,
  }
}

function permitted(detail: GrantDetail): string {
  if (detail.type === 'model_call') return detail.models.join(', ')
  return detail.type === 'command'
    ? `the command ${JSON.stringify(detail.command)} in ${detail.cwd ?? '.'}`
    : `a write to ${detail.target}`
}
