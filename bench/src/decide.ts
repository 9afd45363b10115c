/**
 * `decide` beside CASL on the same rules: 10, 100 and 1,000 of them.
 *
 * The mix, by tenths of the rules: 3 on task class and model class, 2 on persona and branch pattern, 1 on agent pattern,
 * 1 on path glob, 1 on repository pattern and model class, 1 on changed lines and files, 1 on endpoint and prompt size;
 * one in two denies, the others escalate. Every fact is present. First every call is answered by both and the answers are
 * compared; then rounds alternate. Both start from a call and its context and end with the answer and its reason; CASL is
 * told the model's class, which `decide` works out. CASL's conditions are the same facts in its own language. The row
 * "facts ready" leaves out the time to lay a call and its context out as CASL takes them.
 */
import { createMongoAbility, type RawRuleOf, subject, type MongoAbility } from '@casl/ability'
import {
  type CallContext,
  decide,
  defaultPolicy,
  definePolicy,
  type ModelCall,
  type PolicyInput,
} from '@policy/core'

type RuleInput = NonNullable<PolicyInput['rules']>[number]
type When = RuleInput['when']

const sizes = [10, 100, 1000]
const rounds = 200
const callsPerRound = 640

const taskClasses = Object.keys(defaultPolicy.taskClasses)
const letters = (index: number) => `${String.fromCharCode(97 + (index % 26))}${index}`

function whenOf(index: number): When {
  const taskClass = taskClasses[index % taskClasses.length] ?? 'docs'
  switch (index % 10) {
    case 0:
    case 1:
    case 2:
      return { taskClass, modelClass: 'codex' }
    case 3:
    case 4:
      return { persona: 'developer', branch: `release/${letters(index)}*` }
    case 5:
      return { agent: `agent:${letters(index)}-*` }
    case 6:
      return { paths: `packages/${letters(index)}/**` }
    case 7:
      return { repo: `github.com/acme/${letters(index)}*`, modelClass: 'standard' }
    case 8:
      return { changedLines: { over: 1000 + index }, changedFiles: { over: 20 } }
    default:
      return { endpoint: `/${letters(index)}/*`, promptBytes: { over: 100_000 } }
  }
}

const rulesOf = (count: number): RuleInput[] =>
  Array.from({ length: count }, (_, index) => ({
    id: `rule-${index}`,
    when: whenOf(index),
    then: index % 2 === 0 ? 'deny' : 'escalate',
    because: `reason ${index}`,
  }))

interface Asked {
  call: ModelCall
  context: CallContext
}

/** Calls of which about one in four meets a rule. */
function callsOf(count: number): Asked[] {
  return Array.from({ length: 64 }, (_, index) => ({
    call: {
      models: [index % 4 === 0 ? 'gpt-5.3-codex' : 'gpt-5-mini'],
      endpoint: '/responses',
      bodyDigest: `sha256:${'0'.repeat(64)}`,
      tools: [],
      bodyBytes: 4000 + index,
    },
    context: {
      agent: index % 16 === 5 ? `agent:${letters(count - 5)}-x` : 'agent:refactor-bot',
      persona: index % 2 === 0 ? 'developer' : 'project-manager',
      taskClass: taskClasses[index % taskClasses.length] ?? 'docs',
      task: `ISSUE-${index}`,
      repo: 'github.com/other/app',
      branch: index % 16 === 4 ? `release/${letters(count - 7)}-1` : 'topic/split-session',
      paths:
        index % 16 === 7
          ? [`packages/${letters(count - 4)}/src/a.ts`]
          : ['src/auth/session.ts', 'src/app.ts'],
      change: {
        changedFiles: 12,
        changedLines: 850,
        modules: ['src'],
        sensitive: [],
        newDependencies: [],
        paths: ['src/app.ts'],
        binaryFiles: 0,
      },
    },
  }))
}

type Ability = MongoAbility<[string, string | object]>

const regular = (pattern: string) =>
  `^${pattern.replaceAll('.', '\\.').replaceAll('**', '*').replaceAll('*', '.*')}$`

function conditionsOf(when: When): Record<string, unknown> {
  const {
    taskClass,
    modelClass,
    persona,
    branch,
    agent,
    repo,
    endpoint,
    paths,
    changedLines,
    changedFiles,
    promptBytes,
  } = when
  return {
    ...(taskClass === undefined ? {} : { taskClass }),
    ...(modelClass === undefined ? {} : { modelClass }),
    ...(persona === undefined ? {} : { persona }),
    ...(branch === undefined ? {} : { branch: { $regex: regular(String(branch)) } }),
    ...(agent === undefined ? {} : { agent: { $regex: regular(String(agent)) } }),
    ...(repo === undefined ? {} : { repo: { $regex: regular(String(repo)) } }),
    ...(endpoint === undefined ? {} : { endpoint: { $regex: regular(String(endpoint)) } }),
    ...(paths === undefined ? {} : { paths: { $elemMatch: { $regex: regular(String(paths)) } } }),
    ...(changedLines === undefined ? {} : { changedLines: { $gt: changedLines.over } }),
    ...(changedFiles === undefined ? {} : { changedFiles: { $gt: changedFiles.over } }),
    ...(promptBytes === undefined ? {} : { promptBytes: { $gt: promptBytes.over } }),
  }
}

function abilityOf(rules: readonly RuleInput[]): Ability {
  const raw: RawRuleOf<Ability>[] = [
    { action: ['run', 'ask'], subject: 'Call' },
    { action: 'run', subject: 'Call', conditions: { modelClass: 'codex' }, inverted: true },
    ...rules.map((rule): RawRuleOf<Ability> => ({
      action: rule.then === 'deny' ? ['run', 'ask'] : 'run',
      subject: 'Call',
      conditions: conditionsOf(rule.when),
      inverted: true,
      reason: rule.because,
    })),
  ]
  return createMongoAbility<Ability>(raw)
}

/** The same facts as CASL takes them: flat, the class already known. */
function factsOf({ call, context }: Asked): object {
  const { change, paths = [], ...rest } = context
  return subject('Call', {
    ...rest,
    modelClass: call.models[0] === 'gpt-5-mini' ? 'standard' : 'codex',
    endpoint: call.endpoint,
    promptBytes: call.bodyBytes,
    paths: [...paths, ...(change?.paths ?? [])],
    changedLines: change?.changedLines,
    changedFiles: change?.changedFiles,
  })
}

/** The answer and the reason that the deciding rule gives for it. */
function answer(ability: Ability, facts: object): { type: string; reason: string | undefined } {
  const run = ability.relevantRuleFor('run', facts)
  if (run && !run.inverted) return { type: 'allow', reason: run.reason }
  const ask = ability.relevantRuleFor('ask', facts)
  if (ask && !ask.inverted) return { type: 'escalate', reason: run?.reason }
  return { type: 'deny', reason: ask?.reason }
}

function microsecondsOf(work: (index: number) => void): number {
  const start = performance.now()
  for (let index = 0; index < callsPerRound; index += 1) work(index)
  return ((performance.now() - start) * 1000) / callsPerRound
}

const shown = (values: readonly number[], digits: number) => {
  const sorted = values.toSorted((one, other) => one - other)
  const at = (part: number) => (sorted[Math.floor(sorted.length * part)] ?? Number.NaN).toFixed(digits)
  return `${at(0.5)} (p10 ${at(0.1)}, p90 ${at(0.9)})`
}

for (const size of sizes) {
  const rules = rulesOf(size)
  const policy = await definePolicy({ ...defaultPolicy, rules })
  const ability = abilityOf(rules)
  const calls = callsOf(size)
  const facts = calls.map(factsOf)
  const tally: Record<string, number> = { allow: 0, escalate: 0, deny: 0 }
  for (const [index, { call, context }] of calls.entries()) {
    const ours = decide(policy, call, context).type
    const theirs = answer(ability, facts[index] ?? {}).type
    if (ours !== theirs)
      throw new Error(`call ${index} of ${size} rules: decide says ${ours}, CASL says ${theirs}`)
    tally[ours] = (tally[ours] ?? 0) + 1
  }
  const times = { decide: [] as number[], casl: [] as number[], ready: [] as number[] }
  for (let round = 0; round < rounds + 20; round += 1) {
    const one = {
      decide: microsecondsOf((index) => {
        const { call, context } = calls[index % calls.length] as Asked
        decide(policy, call, context)
      }),
      casl: microsecondsOf((index) => {
        answer(ability, factsOf(calls[index % calls.length] as Asked))
      }),
      ready: microsecondsOf((index) => {
        answer(ability, facts[index % facts.length] as object)
      }),
    }
    // the first rounds are the compiler's
    if (round < 20) continue
    times.decide.push(one.decide)
    times.casl.push(one.casl)
    times.ready.push(one.ready)
  }
  const ratio = (theirs: readonly number[]) =>
    theirs.map((time, round) => time / (times.decide[round] ?? Number.NaN))
  console.log(`${size} rules; ${calls.length} calls: ${JSON.stringify(tally)}; both agree on every one`)
  console.log(`  decide                 µs ${shown(times.decide, 2)}`)
  console.log(`  CASL                   µs ${shown(times.casl, 2)}`)
  console.log(`  CASL, facts ready      µs ${shown(times.ready, 2)}`)
  console.log(`  CASL / decide             ${shown(ratio(times.casl), 2)}`)
  console.log(`  facts ready / decide      ${shown(ratio(times.ready), 2)}`)
}
