import type { CallContext } from '../call/call-context.ts'
import type { ModelCall } from '../call/model-call.ts'
import type { VerifiedGrant } from '../grant/grant.ts'
import { accessRank } from '../models/access-rank.ts'
import { resolveModel } from '../models/resolve-model.ts'
import type { ResolvedModel } from '../models/resolved-model.ts'
import { compiledOf } from '../policy/compiled.ts'
import type { Policy } from '../policy/policy.ts'
import type { CompiledRule } from '../rules/compile-rules.ts'
import { type Condition, isSatisfied } from '../rules/condition.ts'
import { type Facts, readFacts } from '../rules/facts.ts'
import { ruleFailed, ruleMatched, ruleUnmatched } from '../rules/rule-finding.ts'
import type { OpenRule } from '../rules/rule-index.ts'
import type { DecideOptions } from './decide-options.ts'
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
  const { models: tables, rules, rulesAbout, declared } = compiledOf(policy)
  const models = call.models.map((name) => resolveModel(tables, name))
  if (models.length > 1) models.sort((one, other) => accessRank[other.access] - accessRank[one.access])

  const acting = actingTools(call)
  const tools = hostedTools(policy.document.safety, acting)
  const findings: Finding[] = tools ? [tools] : []
  const gated = models.filter((model) => {
    const facts = readFacts(call, context, model, declared)
    const access = modelAccess(model, tables)
    findings.push(access)
    const matched = explain
      ? explainRules(rules, facts, findings)
      : applyRules(rulesAbout(facts), facts, findings)
    return tools !== undefined || access.effect !== 'allow' || matched
  })

  if (findings.some(({ effect }) => effect === 'deny')) return refusal('deny', models, findings)
  if (gated.length === 0) return allowed(models, findings)
  const { grant, now } = question
  if (grant === undefined) return refusal('escalate', models, findings)
  const covering = coverCall(grant, { policy, models: gated, tools: acting, context, now })
  const said = [...findings, covering]
  return covering.effect === 'allow' ? allowed(models, said, grant) : refusal('escalate', models, said)
}

/** Add the findings of the rules that match; whether any did. */
function applyRules(open: readonly OpenRule[], facts: Facts, findings: Finding[]): boolean {
  const before = findings.length
  for (const { rule, conditions } of open) {
    try {
      if (areSatisfied(conditions, facts)) findings.push(ruleMatched(rule, facts))
    } catch (error) {
      findings.push(ruleFailed(rule.id, 'the call', error))
    }
  }
  return findings.length > before
}

/** {@link applyRules} for every rule there is, with the findings also of those that do not match. */
function explainRules(rules: readonly CompiledRule[], facts: Facts, findings: Finding[]): boolean {
  let matched = false
  for (const rule of rules) {
    const before = findings.length
    matched = applyRules([{ rule, conditions: rule.conditions }], facts, findings) || matched
    if (findings.length === before) findings.push(ruleUnmatched(rule, facts))
  }
  return matched
}

function areSatisfied(conditions: readonly Condition[], facts: Facts): boolean {
  for (const condition of conditions) if (!isSatisfied(condition, facts)) return false
  return true
}

function allowed(
  models: readonly ResolvedModel[],
  findings: readonly Finding[],
  grant?: VerifiedGrant,
): Explanation {
  const [model] = models
  if (!model) throw new Error('a call without models cannot be allowed')
  // What runs under a grant is recorded in full, whatever its class.
  const full = grant !== undefined || models.some(({ audit }) => audit === 'full')
  const decision: Decision = {
    type: 'allow',
    model,
    audit: full ? 'full' : 'summary',
    ...(grant ? { grant } : {}),
    findings: spoken(findings),
  }
  return { decision, findings }
}

/** A refusal under the code of what speaks most plainly: a grant that was given and does not cover, else the first. */
function refusal(
  type: 'escalate' | 'deny',
  models: readonly ResolvedModel[],
  findings: readonly Finding[],
): Explanation {
  const grant = findings.at(-1)?.rule === 'grant' ? findings.at(-1) : undefined
  const deciding = grant ?? findings.find(({ effect }) => effect === type)
  const code = deciding?.code ?? 'rule_failed'
  const reason = deciding ? `${deciding.saw}: ${deciding.reason}` : 'nothing says why'
  return { decision: { type, code, reason, models, findings: spoken(findings) }, findings }
}

const isSilent = ({ effect }: Finding) => effect === 'none'

/** Without the findings of rules that did not match. */
function spoken(findings: readonly Finding[]): readonly Finding[] {
  return findings.some(isSilent) ? findings.filter((finding) => !isSilent(finding)) : findings
}
