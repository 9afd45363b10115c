import type { AuditEvent, CallFinished, UsageCount, UsageSummary } from '@policy/core'
import { parseLine } from '../entry/parse-entry.ts'

/** Which day is added up. */
export interface SummarizeOptions {
  /** The day in UTC, as `YYYY-MM-DD`. */
  day: string
}

/** The use of models on one day. */
export interface UsageReport {
  day: string
  /** Calls that are only counted, from the summaries that fall on the day. */
  counted: readonly UsageCount[]
  /** Calls that were recorded in full and ended on the day. */
  recorded: readonly UsageCount[]
  /** Summaries that are missing: of which instance, and the first and last number of each gap. */
  gaps: readonly { instance: string; from: number; to: number }[]
  /** Instances last heard of on this day that did not close: still at work, or killed with at most one interval of counts lost. */
  unclosed: readonly { instance: string; lastSeen: string }[]
  /** Entries that occur more than once; each was counted once. */
  doubles: number
  /** Lines that are not whole entries, or not in the form of their kind. */
  unreadable: number
}

/** Add up the use of models on one day from lines or events of a log, in any order. */
export async function summarize(
  entries: Iterable<string | AuditEvent> | AsyncIterable<string | AuditEvent>,
  { day }: SummarizeOptions,
): Promise<UsageReport> {
  const { entrySchema } = await import('../entry/entry-schema.ts')
  const [summaryForm, finishedForm] = [entrySchema('usage.summary'), entrySchema('call.finished')]
  const seen = new Set<string>()
  const counted = new Map<string, UsageCount>()
  const recorded = new Map<string, UsageCount>()
  const instances = new Map<string, Instance>()
  let doubles = 0
  let unreadable = 0
  for await (const entry of entries) {
    const event = typeof entry === 'string' ? eventOf(entry) : entry
    if (event === undefined) continue
    const isSummary = event !== 'torn' && event.type === 'dev.modelpolicy.usage.summary.v1'
    const isFinished =
      event !== 'torn' && event.type === 'dev.modelpolicy.call.finished.v1' && event.time.startsWith(day)
    if (event !== 'torn' && !isSummary && !isFinished) continue
    const summary = isSummary ? summaryForm.safeParse(event).data : undefined
    const finished = isFinished ? finishedForm.safeParse(event).data : undefined
    const id = (summary ?? finished)?.id
    if (id === undefined) unreadable += 1
    else if (seen.has(id)) doubles += 1
    else {
      seen.add(id)
      if (finished) add(recorded, countOf(finished.data))
      if (summary) noteInstance(instances, summary.data)
      if (summary?.data['model_policy.from'].startsWith(day)) {
        for (const count of summary.data['model_policy.counts']) add(counted, count)
      }
    }
  }
  return {
    day,
    counted: [...counted.values()],
    recorded: [...recorded.values()],
    ...closings(instances, day),
    doubles,
    unreadable,
  }
}

interface Instance {
  numbers: number[]
  first: UsageSummary
  last: UsageSummary
}

function eventOf(line: string): AuditEvent | 'torn' | undefined {
  const parsed = parseLine(line)
  if (parsed.type === 'blank') return undefined
  return parsed.type === 'entry' ? parsed.event : (parsed.salvaged ?? 'torn')
}

function countOf(data: CallFinished): UsageCount {
  return {
    persona: data['model_policy.persona'] ?? 'unspecified',
    taskClass: data['model_policy.task_class'] ?? 'unspecified',
    model: data['model_policy.model'] ?? data['gen_ai.request.model'] ?? 'unspecified',
    calls: 1,
    inputTokens: Math.max(0, data['gen_ai.usage.input_tokens'] ?? 0),
    outputTokens: Math.max(0, data['gen_ai.usage.output_tokens'] ?? 0),
  }
}

function add(sums: Map<string, UsageCount>, count: UsageCount): void {
  const key = JSON.stringify([count.persona, count.taskClass, count.model])
  const sum = sums.get(key)
  sums.set(key, {
    ...count,
    calls: (sum?.calls ?? 0) + count.calls,
    inputTokens: (sum?.inputTokens ?? 0) + count.inputTokens,
    outputTokens: (sum?.outputTokens ?? 0) + count.outputTokens,
  })
}

function noteInstance(instances: Map<string, Instance>, summary: UsageSummary): void {
  const id = summary['model_policy.instance']
  const known = instances.get(id) ?? { numbers: [], first: summary, last: summary }
  known.numbers.push(summary['model_policy.seq'])
  if (summary['model_policy.seq'] > known.last['model_policy.seq']) known.last = summary
  if (summary['model_policy.seq'] < known.first['model_policy.seq']) known.first = summary
  instances.set(id, known)
}

function closings(instances: Map<string, Instance>, day: string): Pick<UsageReport, 'gaps' | 'unclosed'> {
  const gaps: UsageReport['gaps'][number][] = []
  const unclosed: UsageReport['unclosed'][number][] = []
  for (const [instance, { numbers, first, last }] of instances) {
    const ran = first['model_policy.from'].slice(0, 10) <= day && day <= last['model_policy.to'].slice(0, 10)
    if (!ran) continue
    // Before the first number there should be nothing, so a first number above 0 is a gap as well.
    let expected = 0
    for (const seq of numbers.toSorted((a, b) => a - b)) {
      if (seq > expected) gaps.push({ instance, from: expected, to: seq - 1 })
      expected = seq + 1
    }
    const lastSeen = last['model_policy.to']
    if (!last['model_policy.closed'] && lastSeen.startsWith(day)) unclosed.push({ instance, lastSeen })
  }
  return { gaps, unclosed }
}
