import type { CallContext } from '../call/call-context.ts'
import type { ModelCall } from '../call/model-call.ts'
import { accessRank } from '../models/access-rank.ts'
import { resolveModel } from '../models/resolve-model.ts'
import type { ResolvedModel } from '../models/resolved-model.ts'
import { compiledOf } from '../policy/compiled.ts'
import type { Policy } from '../policy/policy.ts'
import type { CompiledRule } from '../rules/compile-rules.ts'
import type { Facts } from '../rules/condition.ts'
import { ruleFailed, ruleMatched, ruleUnmatched } from '../rules/rule-finding.ts'
import type { DecideOptions } from './decide.ts'
import type { Decision } from './decision.ts'
import type { Finding } from './finding.ts'
import { coverCall } from './grant-finding.ts'
import { actingTools, hostedTools } from './hosted-tools.ts'
import { modelAccess } from './model-access.ts'
import { modelNotNamed } from './model-not-named.ts'

/** A decision, and what every rule had to say. */
export interface Explanation {
  decision: Decision
  /** What each rule said, in the policy's order; with `explain`, also the rules that did not match. */
  findings: readonly Finding[]
}

interface Question extends DecideOptions {
  policy: Policy
  call: ModelCall
  context: CallContext
  /** Whether to keep the findings of rules that did not match. */
  explain: boolean
}

/** The one evaluator behind {@link decide} and {@link explainDecision}. Never throws. */
export function evaluate(question: Question): Explanation {
  try {
    return judge(question)
  } catch (error) {
    return refusal('deny', [], [ruleFailed('model-access', 'the call as a whole', error)])
  }
}

function judge(question: Question): Explanation {
  const { policy, call, context, explain } = question
  if (call.models.length === 0) return refusal('deny', [], [modelNotNamed(call)])
  const { models: tables, rules } = compiledOf(policy)
  const models = call.models.map((name) => resolveModel(tables, name))
  if (models.length > 1) models.sort((one, other) => accessRank[other.access] - accessRank[one.access])

  const acting = actingTools(call)
  const tools = hostedTools(policy.document.safety, acting)
  const findings: Finding[] = tools ? [tools] : []
  const gated: ResolvedModel[] = []
  for (const model of models) {
    const facts = { call, context, model }
    const first = findings.length
    findings.push(modelAccess(model))
    for (const rule of rules) apply(rule, facts, explain, findings)
    if (tools || findings.some((finding, index) => index >= first && tightens(finding))) gated.push(model)
  }

  if (findings.some(({ effect }) => effect === 'deny')) return refusal('deny', models, findings)
  if (gated.length === 0) return allowed(models, findings)
  const { grant, now } = question
  if (grant === undefined) return refusal('escalate', models, findings)
  const covering = coverCall(grant, { policy, models: gated, tools: acting, context, now })
  findings.push(covering)
  if (covering.effect !== 'allow') return refusal('escalate', models, findings)
  const { decision } = allowed(models, findings)
  // What runs under a grant is recorded in full, whatever its class.
  return { decision: { ...decision, audit: 'full', grant }, findings }
}

function apply(rule: CompiledRule, facts: Facts, explain: boolean, findings: Finding[]): void {
  try {
    if (rule.conditions.every((condition) => condition.test(facts))) findings.push(ruleMatched(rule, facts))
    else if (explain) findings.push(ruleUnmatched(rule, facts))
  } catch (error) {
    findings.push(ruleFailed(rule.id, 'the call', error))
  }
}

const tightens = ({ effect }: Finding) => effect === 'escalate' || effect === 'deny'

const spoke = ({ effect }: Finding) => effect !== 'none'

function allowed(models: readonly ResolvedModel[], findings: readonly Finding[]) {
  const [model] = models
  if (!model) throw new Error('a call without models cannot be allowed')
  const audit = models.some(({ audit: level }) => level === 'full') ? ('full' as const) : ('summary' as const)
  return { decision: { type: 'allow' as const, model, audit, findings: findings.filter(spoke) }, findings }
}

/** A refusal under the code of what speaks most plainly: a grant that was given and does not cover, else the first. */
function refusal(
  type: 'escalate' | 'deny',
  models: readonly ResolvedModel[],
  findings: readonly Finding[],
): Explanation {
  const refusing = findings.filter(({ effect }) => effect === type)
  const deciding = refusing.find(({ rule }) => rule === 'grant') ?? refusing[0]
  const code = deciding?.code ?? 'rule_failed'
  const reason = deciding ? `${deciding.saw}: ${deciding.reason}` : 'nothing says why'
  return { decision: { type, code, reason, models, findings: findings.filter(spoke) }, findings }
}
