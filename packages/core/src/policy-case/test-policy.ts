import type { CallContext } from '../call/call-context.ts'
import type { ModelCall } from '../call/model-call.ts'
import type { Decision } from '../decision/decision.ts'
import { explainDecision } from '../decision/explain-decision.ts'
import { sha256Digest } from '../hash/sha256-digest.ts'
import type { Policy } from '../policy/policy.ts'
import type { PolicyCase } from './policy-case-schema.ts'

/** What became of one case. */
export interface PolicyCaseResult {
  name: string
  decision: Decision
  /** What was expected and was not so, a line each; empty when the case holds. */
  differences: readonly string[]
}

/** What became of all cases of a policy. */
export interface PolicyTestReport {
  results: readonly PolicyCaseResult[]
  /** For each rule of the policy, how many cases it matched in: one that none reached is not tested. */
  coverage: readonly { rule: string; cases: number }[]
}

/** Run cases against a policy. Pure. */
export function testPolicy(policy: Policy, cases: readonly PolicyCase[]): PolicyTestReport {
  const reached = new Map(policy.document.rules.map(({ id }) => [id, 0]))
  const results = cases.map((one) => {
    const { decision } = explainDecision(policy, callOf(one), contextOf(one))
    const rules = new Set(decision.findings.map(({ rule }) => rule))
    for (const rule of rules) {
      const before = reached.get(rule)
      if (before !== undefined) reached.set(rule, before + 1)
    }
    return { name: one.name, decision, differences: differences(one, decision, rules) }
  })
  return { results, coverage: [...reached].map(([rule, count]) => ({ rule, cases: count })) }
}

function callOf({ given }: PolicyCase): ModelCall {
  return {
    models: given.model,
    endpoint: given.endpoint,
    tools: given.tools,
    bodyBytes: given.promptBytes,
    bodyDigest: sha256Digest(''),
  }
}

function contextOf({ given }: PolicyCase): CallContext {
  const { model: _model, endpoint: _endpoint, tools: _tools, promptBytes: _bytes, change, ...context } = given
  const known = Object.fromEntries(
    Object.entries(context).filter(([, fact]) => fact !== undefined),
  ) as CallContext
  if (change === undefined) return known
  return { ...known, change: { ...change, sensitive: [], newDependencies: [], binaryFiles: 0 } }
}

function differences({ expect }: PolicyCase, decision: Decision, rules: ReadonlySet<string>): string[] {
  const wanted = { code: undefined, rule: undefined, ...expect }
  const code = decision.type === 'allow' ? undefined : decision.code
  const reason = decision.type === 'allow' ? '' : `: ${decision.reason}`
  const lines: string[] = []
  if (decision.type !== wanted.decision) {
    lines.push(`decision: expected ${wanted.decision}, got ${decision.type}${reason}`)
  }
  if (wanted.code !== undefined && code !== wanted.code) {
    lines.push(`code: expected ${wanted.code}, got ${code ?? 'none'}`)
  }
  if (wanted.rule !== undefined && !rules.has(wanted.rule)) {
    lines.push(`rule: expected ${wanted.rule} to match, got ${[...rules].join(', ')}`)
  }
  return lines
}
