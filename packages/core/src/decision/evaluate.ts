import type { CallContext } from '../call/call-context.ts'
import type { ModelCall } from '../call/model-call.ts'
import { covers, type Coverage } from '../grant/covers.ts'
import { accessRank } from '../models/access-rank.ts'
import { resolveModel } from '../models/resolve-model.ts'
import type { ResolvedModel } from '../models/resolved-model.ts'
import { compiledOf } from '../policy/compiled.ts'
import type { Policy } from '../policy/policy.ts'
import type { Facts } from '../rules/condition.ts'
import { ruleMatched, ruleUnmatched } from '../rules/rule-finding.ts'
import type { DecideOptions } from './decide.ts'
import type { Decision } from './decision.ts'
import type { Finding } from './finding.ts'
import { actingTools, hostedTools } from './hosted-tools.ts'
import { modelAccess } from './model-access.ts'

/** A decision with all that led to it. */
interface Evaluation {
  decision: Decision
  /** What every rule said that had something to say. */
  findings: readonly Finding[]
}

/** The one evaluator behind {@link decide} and {@link explainDecision}; `unmatched` hears of rules that do not apply. */
export function evaluate(
  policy: Policy,
  call: ModelCall,
  context: CallContext,
  options: DecideOptions,
  unmatched?: (finding: Finding) => void,
): Evaluation {
  try {
    return judge(policy, call, context, options, unmatched)
  } catch (error) {
    const finding: Finding = {
      rule: 'model-access',
      effect: 'deny',
      code: 'rule_failed',
      saw: 'a failure while deciding',
      reason: `the call could not be judged: ${error instanceof Error ? error.message : String(error)}`,
      remedy: 'run `model-policy policy validate` and report this if the policy is valid',
    }
    return refused('deny', [], [finding])
  }
}

function judge(
  policy: Policy,
  call: ModelCall,
  context: CallContext,
  options: DecideOptions,
  unmatched?: (finding: Finding) => void,
): Evaluation {
  if (call.models.length === 0) return refused('deny', [], [nothingNamed(call)])
  const { models: tables, rules } = compiledOf(policy)
  const models = call.models
    .map((name) => resolveModel(tables, name))
    .toSorted((one, other) => accessRank[other.access] - accessRank[one.access])

  const acting = actingTools(call)
  const tools = hostedTools(policy.document.safety, acting)
  const findings: Finding[] = tools ? [tools] : []
  const gated: ResolvedModel[] = []
  for (const model of models) {
    const facts: Facts = { call, context, model }
    const first = findings.length
    findings.push(modelAccess(model))
    for (const rule of rules) {
      if (rule.conditions.every((condition) => condition.test(facts))) findings.push(ruleMatched(rule, facts))
      else unmatched?.(ruleUnmatched(rule, facts))
    }
    if (tools || findings.slice(first).some(({ effect }) => effect !== 'allow')) gated.push(model)
  }

  if (findings.some(({ effect }) => effect === 'deny')) return refused('deny', models, findings)
  const [strictest] = models
  if (!strictest) return refused('deny', [], [nothingNamed(call)])
  if (gated.length === 0) {
    return { decision: { type: 'allow', model: strictest, audit: auditOf(models), findings }, findings }
  }
  const { grant } = options
  if (grant === undefined) return refused('escalate', models, findings)
  const coverage = covered(policy, grant, gated, acting, context, options.now)
  const said = [...findings, grantFinding(grant.jti, coverage)]
  if (!coverage.covered) return refused('escalate', models, said)
  // A grant makes a call worth a full entry, whatever its class.
  return {
    decision: { type: 'allow', model: strictest, audit: 'full', grant, findings: said },
    findings: said,
  }
}

/** A refusal under the code of what speaks most plainly: a grant that was given and failed, else the first to refuse. */
function refused(
  type: 'escalate' | 'deny',
  models: readonly ResolvedModel[],
  findings: readonly Finding[],
): Evaluation {
  const deciding =
    findings.findLast(({ rule, effect }) => rule === 'grant' && effect === type) ??
    findings.find(({ effect }) => effect === type)
  return {
    decision: {
      type,
      code: deciding?.code ?? 'rule_failed',
      reason: deciding ? `${deciding.saw}: ${deciding.reason}` : 'the call could not be judged',
      models,
      findings,
    },
    findings,
  }
}

const nothingNamed = (call: ModelCall): Finding => ({
  rule: 'model-named',
  effect: 'deny',
  code: 'model_missing',
  saw: `a request to ${call.endpoint}`,
  reason: 'it runs a model and names none, so nothing says which',
  remedy: 'name the model in the request',
})

const auditOf = (models: readonly ResolvedModel[]) =>
  models.some(({ audit }) => audit === 'full') ? 'full' : 'summary'

function covered(
  policy: Policy,
  grant: NonNullable<DecideOptions['grant']>,
  gated: readonly ResolvedModel[],
  acting: readonly string[],
  context: CallContext,
  now: number | undefined,
): Coverage {
  if (now === undefined) {
    return { covered: false, code: 'grant_expired', reason: 'nobody said what time it is' }
  }
  const [detail] = grant.authorization_details
  const named = detail.type === 'model_call' ? (detail.tools ?? []) : []
  const unnamed = acting.find((tool) => !named.includes(tool))
  if (unnamed !== undefined) {
    return {
      covered: false,
      code: 'tool_unauthorized',
      reason: `the grant does not name the tool ${unnamed}`,
    }
  }
  return covers(grant, gated, context, { policy: policy.digest, now })
}

const grantFinding = (jti: string, coverage: Coverage): Finding => ({
  rule: 'grant',
  saw: `grant ${jti}`,
  ...(coverage.covered
    ? { effect: 'allow', reason: 'it covers the call' }
    : {
        effect: 'escalate',
        code: coverage.code,
        reason: coverage.reason,
        remedy: 'ask for a grant that covers this call with an escalation',
      }),
})
