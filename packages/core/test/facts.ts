import type { CallContext } from '../src/call/call-context.ts'
import type { ModelCall } from '../src/call/model-call.ts'
import type { MeasuredChange } from '../src/change/measured-change.ts'
import type { ResolvedModel } from '../src/models/resolved-model.ts'
import { type Condition, isSatisfied } from '../src/rules/condition.ts'
import { type DeclaredNames, readFacts } from '../src/rules/facts.ts'

/** Names that truth tables use as declared. */
const declared: DeclaredNames = {
  personas: new Set(['developer', 'designer', 'project-manager']),
  taskClasses: new Set(['triage', 'docs', 'programming']),
}

/** A call to an open model that carries nothing but what a test gives it. */
export function aCall(parts: Partial<ModelCall> = {}): ModelCall {
  return {
    models: ['gpt-5-mini'],
    endpoint: '/responses',
    bodyDigest: `sha256:${'0'.repeat(64)}`,
    tools: [],
    bodyBytes: 100,
    ...parts,
  }
}

/** A measured change of nothing but what a test gives it. */
export function aChange(parts: Partial<MeasuredChange> = {}): MeasuredChange {
  return {
    changedFiles: 0,
    changedLines: 0,
    modules: [],
    sensitive: [],
    newDependencies: [],
    paths: [],
    binaryFiles: 0,
    ...parts,
  }
}

const aModel: ResolvedModel = {
  asked: 'gpt-5-mini',
  id: 'gpt-5-mini',
  modelClass: 'standard',
  access: 'open',
  audit: 'summary',
  match: 'id',
  matched: 'gpt-5-mini',
}

/** What a truth table's row gives; the rest is absent. */
export interface GivenFacts extends CallContext {
  call?: Partial<ModelCall>
  model?: Partial<ResolvedModel>
}

/** Whether a condition is satisfied by the facts of a row. */
export function holds(condition: Condition, { call = {}, model = {}, ...context }: GivenFacts): boolean {
  return isSatisfied(condition, readFacts(aCall(call), context, { ...aModel, ...model }, declared))
}
