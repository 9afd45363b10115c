import type { Act, CommandAct } from '../authorization/act.ts'
import type { CallContext } from '../call/call-context.ts'
import { permittedPathMatcher } from '../change/path-matcher.ts'
import type { PolicyErrorCode } from '../errors/codes.ts'
import type { Digest } from '../hash/digest.ts'
import type { ResolvedModel } from '../models/resolved-model.ts'
import { clockSkewSeconds } from './clock-skew.ts'
import type { GrantClaims, GrantDetail, VerifiedGrant } from './grant.ts'

/** Whether a grant permits one thing; when not, the first fact that differs. */
export type Coverage = { covered: true } | Uncovered

/** One fact for which a grant does not permit a thing. */
export interface Uncovered {
  covered: false
  /** The refusal that this fact alone would give. */
  code: PolicyErrorCode
  /** The fact, as a person would say it. */
  reason: string
}

/** What a grant is held against besides the call and its context. */
export interface CoverFacts {
  /** Digest of the policy in force. */
  policy: Digest
  /** Milliseconds since 1970-01-01T00:00:00Z. */
  now: number
  /** The escalation that the work was approved under, where the caller holds one. */
  escalation?: Digest
}

/** That a grant does not permit a thing, for one fact. */
export const uncovered = (code: PolicyErrorCode, reason: string): Uncovered => ({
  covered: false,
  code,
  reason,
})

/**
 * Whether a verified grant permits these models to run, for this context, under this policy, now.
 *
 * Pure. `models` are those that need a grant; each must be named by its exact provider id. A fact that the context
 * leaves out is never taken as fitting. Spending and revocation are the ledger's question.
 */
export function covers(
  grant: VerifiedGrant,
  models: readonly ResolvedModel[],
  context: CallContext,
  facts: CoverFacts,
): Coverage {
  if (models.length === 0) return uncovered('grant_model', 'the call names no model for a grant to cover')
  const named = namesModels(grant, models)
  return named.covered ? coversWork(grant, context, facts) : named
}

function namesModels(grant: GrantClaims, models: readonly ResolvedModel[]): Coverage {
  const [detail] = grant.authorization_details
  if (detail.type !== 'model_call') {
    return uncovered('grant_model', `the grant permits a ${detail.type}, not a model call`)
  }
  const closed = models.find((model) => model.access === 'deny' || !detail.models.includes(model.id))
  return closed
    ? uncovered('grant_model', `the grant is for ${detail.models.join(', ')}; the call asks for ${closed.id}`)
    : covered
}

/**
 * Whether a verified grant permits exactly this act: the command with its arguments, order, folder and variables, or the target. See
 * {@link covers}.
 */
export function coversAct(grant: VerifiedGrant, act: Act, context: CallContext, facts: CoverFacts): Coverage {
  const named = namesAct(grant, act)
  return named.covered ? coversWork(grant, context, facts) : named
}

function namesAct(grant: GrantClaims, act: Act): Coverage {
  if (act.type === 'command') return namesCommand(grant, act)
  const [detail] = grant.authorization_details
  return detail.type === 'write' && detail.target === act.target
    ? covered
    : uncovered('grant_command', `the grant is not for a write to ${JSON.stringify(act.target)}`)
}

function namesCommand(grant: GrantClaims, { command, cwd, environment }: CommandAct): Coverage {
  const [detail] = grant.authorization_details
  if (detail.type !== 'command' || !isSameList(detail.command, command)) {
    return uncovered('grant_command', `the grant is not for the command ${JSON.stringify(command)}`)
  }
  const folder = detail.cwd ?? '.'
  if (cwd !== folder) {
    return uncovered('grant_command', `the grant is for a run in ${folder}, not in ${JSON.stringify(cwd)}`)
  }
  const variables = detail.environment ?? []
  return isSameList(variables.toSorted(), environment.toSorted())
    ? covered
    : uncovered(
        'grant_command',
        `the grant gives the variables [${variables.join(', ')}], not [${environment.join(', ')}]`,
      )
}

const isSameList = (one: readonly string[], other: readonly string[]) =>
  one.length === other.length && one.every((item, index) => item === other[index])

/** Everything but what is permitted: who, where, for which work, under which policy, when. */
function coversWork(grant: GrantClaims, context: CallContext, facts: CoverFacts): Coverage {
  for (const check of everyCheck) {
    const coverage = check(grant, context, facts)
    if (!coverage.covered) return coverage
  }
  return covered
}

/**
 * Every fact but the files that keeps a grant from permitting an act, or these models to run: for passing over what cannot fit before it is
 * verified and the work is measured, and for telling which grant comes nearest.
 *
 * Takes claims that nobody has verified, so it matches no glob of theirs. That nothing is short permits nothing.
 */
export function shortfalls(
  claims: GrantClaims,
  wanted: Act | readonly ResolvedModel[],
  context: CallContext,
  facts: CoverFacts,
): Uncovered[] {
  const check = (one: Check) => one(claims, context, facts)
  return [
    ...timeChecks.map(check),
    'type' in wanted ? namesAct(claims, wanted) : namesModels(claims, wanted),
    ...workChecks.map(check),
  ].filter((coverage) => !coverage.covered)
}

type Check = (grant: GrantClaims, context: CallContext, facts: CoverFacts) => Coverage

const covered: Coverage = { covered: true }

const timeChecks: readonly Check[] = [
  ({ exp }, _context, { now }) =>
    now >= exp * 1000 ? uncovered('grant_expired', `the grant expired at ${at(exp)}`) : covered,
  ({ nbf }, _context, { now }) =>
    now < (nbf - clockSkewSeconds) * 1000
      ? uncovered('grant_not_yet_valid', `the grant begins at ${at(nbf)}`)
      : covered,
]

const workChecks: readonly Check[] = [
  ({ approval }, _context, { policy }) =>
    approval.policy === policy
      ? covered
      : uncovered(
          'grant_policy',
          `the grant was given under policy ${approval.policy}; ${policy} is in force`,
        ),
  ({ approval }, _context, { escalation }) =>
    escalation === undefined || approval.escalation === escalation
      ? covered
      : uncovered('grant_escalation', `the grant answers ${approval.escalation}, not ${escalation}`),
  ({ act }, { agent }) =>
    agent === act.sub
      ? covered
      : uncovered('grant_agent', `the grant is for ${act.sub}; ${said(agent, 'agent')} asks`),
  ({ cnf }, { agentKey }) =>
    agentKey === cnf.jkt
      ? covered
      : uncovered(
          'grant_agent_key',
          `the grant is bound to the agent key ${cnf.jkt}; ${said(agentKey, 'agent key')} is held`,
        ),
  ({ authorization_details: [{ locations }] }, { repo }) =>
    repo !== undefined && locations.includes(repo)
      ? covered
      : uncovered(
          'grant_repository',
          `the grant is for ${locations.join(', ')}; the work is in ${said(repo, 'repository')}`,
        ),
  ({ authorization_details: [detail] }, { task }) =>
    task === detail.task
      ? covered
      : uncovered('grant_task', `the grant is for ${detail.task}; the call is for ${said(task, 'task')}`),
  ({ authorization_details: [{ personas }] }, { persona }) =>
    persona !== undefined && personas.includes(persona)
      ? covered
      : uncovered(
          'grant_persona',
          `the grant is for ${personas.join(', ')}; the agent acts as ${said(persona, 'persona')}`,
        ),
]

const everyCheck: readonly Check[] = [
  ...timeChecks,
  ...workChecks,
  ({ authorization_details: [detail] }, context) => coversPaths(detail, context),
]

const at = (seconds: number) => new Date(seconds * 1000).toISOString()

function coversPaths(detail: GrantDetail, context: CallContext): Coverage {
  const { paths, change } = context
  const reach = `the grant reaches ${detail.paths.join(', ')}`
  // A claim of no files says nothing of where the work is; a measured change of none does.
  if ((paths === undefined || paths.length === 0) && change === undefined) {
    return uncovered('grant_path', `${reach}; the call does not say which files the work touches`)
  }
  const reaches = matcherOf(detail)
  const outside = [...(paths ?? []), ...(change?.paths ?? [])].find((path) => !reaches(path))
  if (outside !== undefined)
    return uncovered('grant_path', `${reach}; the work touches ${JSON.stringify(outside)}`)
  return { covered: true }
}

// Compiling globs costs more than the rest of the check, and a grant covers many calls.
const matchers = new WeakMap<GrantDetail, (path: string) => boolean>()

function matcherOf(detail: GrantDetail): (path: string) => boolean {
  const known = matchers.get(detail)
  if (known) return known
  const reaching = detail.paths.map(permittedPathMatcher)
  const matcher = (path: string) => reaching.some((reaches) => reaches(path))
  matchers.set(detail, matcher)
  return matcher
}

const said = (fact: string | undefined, name: string) => fact ?? `no known ${name}`
