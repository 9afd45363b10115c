import type { CallFinished, UsageCount, UsageSummary } from '@policy/core'

/** The names a summary may show; any other is counted as `other`. A list left out lets every name through. */
export interface UsageNames {
  personas?: readonly string[]
  taskClasses?: readonly string[]
  /** A function gives the name to count a model under, as for the snapshots of a listed one; `undefined` is `other`. */
  models?: readonly string[] | ((model: string) => string | undefined)
}

/** Calls counted since the last summary. */
export interface Tally {
  /** Count one finished call that ended at `now`. */
  count(call: CallFinished, now: number): void
  /** Everything counted up to `now` as summaries, none of which crosses midnight UTC, and start anew. */
  take(now: number, closed: boolean): readonly UsageSummary[]
}

const day = 86_400_000

/** The next midnight UTC after a time. */
export function nextMidnight(time: number): number {
  return (Math.floor(time / day) + 1) * day
}

/** Count calls per persona, task class and model for one instance, from `start` on. */
export function createTally(instance: string, start: number, names: UsageNames = {}): Tally {
  let from = start
  let seq = 0
  let counts = new Map<string, UsageCount>()
  const finished: UsageSummary[] = []

  function end(to: number, closed: boolean): void {
    const parts = split([...counts.values()])
    for (const [index, part] of parts.entries()) {
      finished.push({
        'model_policy.instance': instance,
        'model_policy.seq': seq,
        'model_policy.from': new Date(from).toISOString(),
        'model_policy.to': new Date(to).toISOString(),
        'model_policy.counts': part,
        'model_policy.closed': closed && index === parts.length - 1,
      })
      seq += 1
    }
    from = to
    counts = new Map()
  }

  function passMidnights(now: number): void {
    for (let midnight = nextMidnight(from); midnight <= now; midnight = nextMidnight(from))
      end(midnight, false)
  }

  return {
    count(call, now) {
      passMidnights(now)
      const persona = nameIn(names.personas, call['model_policy.persona'])
      const taskClass = nameIn(names.taskClasses, call['model_policy.task_class'])
      const model = nameIn(names.models, call['model_policy.model'] ?? call['gen_ai.request.model'])
      const key = JSON.stringify([persona, taskClass, model])
      const sum = counts.get(key) ?? { persona, taskClass, model, calls: 0, inputTokens: 0, outputTokens: 0 }
      counts.set(key, {
        ...sum,
        calls: sum.calls + 1,
        inputTokens: sum.inputTokens + tokens(call['gen_ai.usage.input_tokens']),
        outputTokens: sum.outputTokens + tokens(call['gen_ai.usage.output_tokens']),
      })
    },
    take(now, closed) {
      passMidnights(now)
      end(Math.max(now, from), closed)
      return finished.splice(0)
    },
  }
}

// What a provider reports may be absent or nonsense; a sum must not shrink by it.
const tokens = (reported: number | undefined) => Math.max(0, reported ?? 0)

function nameIn(
  known: readonly string[] | ((name: string) => string | undefined) | undefined,
  name: string | undefined,
): string {
  if (name === undefined) return 'unspecified'
  if (typeof known === 'function') return known(name) ?? 'other'
  return known === undefined || known.includes(name) ? name : 'other'
}

const roomForCounts = 60_000

/** Counts in parts that each fit into one line; one empty part when there are none, so that zero is said too. */
function split(counts: readonly UsageCount[]): UsageCount[][] {
  const parts: UsageCount[][] = [[]]
  let used = 0
  for (const count of counts) {
    const size = Buffer.byteLength(JSON.stringify(count)) + 1
    if (used + size > roomForCounts && used > 0) {
      parts.push([])
      used = 0
    }
    parts.at(-1)?.push(count)
    used += size
  }
  return parts
}
