import picomatch from 'picomatch/posix.js'
import type { CommandAct } from '../authorization/act.ts'
import type { CallContext } from '../call/call-context.ts'
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

const uncovered = (code: PolicyErrorCode, reason: string): Uncovered => ({ covered: false, code, reason })

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
  const named = coversModels(grant, models)
  return named.covered ? coversWork(grant, context, facts) : named
}

function coversModels(grant: GrantClaims, models: readonly ResolvedModel[]): Coverage {
  const [detail] = grant.authorization_details
  if (detail.type !== 'model_call') {
    return uncovered('grant_model', `the grant permits a ${detail.type}, not a model call`)
  }
  const closed = models.find((model) => model.access === 'deny' || !detail.models.includes(model.id))
  if (closed) {
    return uncovered(
      'grant_model',
      `the grant is for ${detail.models.join(', ')}; the call asks for ${closed.id}`,
    )
  }
  return models.length === 0
    ? uncovered('grant_model', 'the call names no model for a grant to cover')
    : covered
}

/** Whether a verified grant permits exactly this command: same arguments, order, folder and variables. See {@link covers}. */
export function coversCommand(
  grant: VerifiedGrant,
  { command, cwd, environment }: Omit<CommandAct, 'type'>,
  context: CallContext,
  facts: CoverFacts,
): Coverage {
  const [detail] = grant.authorization_details
  if (detail.type !== 'command' || !isSameList(detail.command, command)) {
    return uncovered('grant_command', `the grant is not for the command ${JSON.stringify(command)}`)
  }
  const folder = detail.cwd ?? '.'
  if (cwd !== folder) {
    return uncovered('grant_command', `the grant is for a run in ${folder}, not in ${JSON.stringify(cwd)}`)
  }
  const variables = detail.environment ?? []
  if (!isSameList(variables.toSorted(), environment.toSorted())) {
    return uncovered(
      'grant_command',
      `the grant gives the variables [${variables.join(', ')}], not [${environment.join(', ')}]`,
    )
  }
  return coversWork(grant, context, facts)
}

const isSameList = (one: readonly string[], other: readonly string[]) =>
  one.length === other.length && one.every((item, index) => item === other[index])

/** Whether a verified grant permits a write to exactly this target. See {@link covers}. */
export function coversWrite(
  grant: VerifiedGrant,
  target: string,
  context: CallContext,
  facts: CoverFacts,
): Coverage {
  const [detail] = grant.authorization_details
  if (detail.type !== 'write' || detail.target !== target) {
    return uncovered('grant_command', `the grant is not for a write to ${JSON.stringify(target)}`)
  }
  return coversWork(grant, context, facts)
}

/** Everything but what is permitted: who, where, for which work, under which policy, when. */
function coversWork(grant: GrantClaims, context: CallContext, facts: CoverFacts): Coverage {
  for (const check of workChecks) {
    const coverage = check(grant, context, facts)
    if (!coverage.covered) return coverage
  }
  return { covered: true }
}

/**
 * Every fact that keeps a grant from permitting these models to run: for telling which of several grants comes nearest.
 *
 * Takes claims that nobody has verified, because a grant that does not verify any more may be the one that was meant; it decides nothing.
 */
export function shortfalls(
  claims: GrantClaims,
  models: readonly ResolvedModel[],
  context: CallContext,
  facts: CoverFacts,
): Uncovered[] {
  return [coversModels(claims, models), ...workChecks.map((check) => check(claims, context, facts))].filter(
    (coverage) => !coverage.covered,
  )
}

type Check = (grant: GrantClaims, context: CallContext, facts: CoverFacts) => Coverage

const covered: Coverage = { covered: true }

const workChecks: readonly Check[] = [
  ({ exp }, _context, { now }) =>
    now >= exp * 1000 ? uncovered('grant_expired', `the grant expired at ${at(exp)}`) : covered,
  ({ nbf }, _context, { now }) =>
    now < (nbf - clockSkewSeconds) * 1000
      ? uncovered('grant_not_yet_valid', `the grant begins at ${at(nbf)}`)
      : covered,
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
  const outside = [...(paths ?? []), ...(change?.paths ?? [])].find(
    (path) => !isPlain(path) || !reaches(path),
  )
  if (outside !== undefined)
    return uncovered('grant_path', `${reach}; the work touches ${JSON.stringify(outside)}`)
  return { covered: true }
}

/** A path that names one place below the repository's top: relative, with no empty, `.` or `..` step. */
const isPlain = (path: string) =>
  path.split('/').every((step) => step !== '' && step !== '.' && step !== '..')

// Compiling globs costs more than the rest of the check, and a grant covers many calls.
const matchers = new WeakMap<GrantDetail, (path: string) => boolean>()

function matcherOf(detail: GrantDetail): (path: string) => boolean {
  const known = matchers.get(detail)
  if (known) return known
  // picomatch reads a leading `!` as "everything else": such a pattern reaches nothing
  const globs = detail.paths.filter((glob) => !glob.startsWith('!'))
  const matcher = globs.length === 0 ? () => false : picomatch(globs, { dot: true })
  matchers.set(detail, matcher)
  return matcher
}

const said = (fact: string | undefined, name: string) => fact ?? `no known ${name}`
