import { mergeToolAsks, type ToolAsk, toolAsksIn } from './tool-asks.ts'

/** What an answer tells of itself. */
export interface Answer {
  id?: string
  /** The model that answered, as the provider names it. */
  model?: string
  /** Where a response stands, such as `queued` or `completed`. */
  status?: string
  /** Whether the response runs on at the provider when its reader is gone. */
  background?: boolean
  /** Whether it came as an event stream. */
  streamed?: boolean
  /** Whether the stream said that it is over: readers let go of it there, before its last byte. */
  over?: boolean
  inputTokens?: number
  outputTokens?: number
  cachedInputTokens?: number
  reasoningTokens?: number
  /** Items that ask to run or write something. */
  asks?: ToolAsk[]
}

/**
 * Read id, model, usage and what asks for tools out of one parsed answer or stream event into `answer`.
 *
 * Knows Responses (`response.usage`), Chat Completions (`usage.prompt_tokens`) and Messages (`message.usage`).
 */
export function readAnswer(value: unknown, answer: Answer): void {
  const body = record(record(value).response ?? record(value).message ?? value)
  if (typeof body.id === 'string') answer.id ??= body.id
  if (typeof body.model === 'string') answer.model = body.model
  if (typeof body.status === 'string') answer.status = body.status
  if (body.background === true) answer.background = true
  const asks = toolAsksIn(value)
  if (asks.length > 0) answer.asks = mergeToolAsks(answer.asks ?? [], asks)
  const usage = record(body.usage ?? record(value).usage)
  count(answer, 'inputTokens', inputOf(usage))
  count(answer, 'outputTokens', usage.output_tokens ?? usage.completion_tokens)
  const input = record(usage.input_tokens_details ?? usage.prompt_tokens_details)
  count(answer, 'cachedInputTokens', input.cached_tokens ?? usage.cache_read_input_tokens)
  const output = record(usage.output_tokens_details ?? usage.completion_tokens_details)
  count(answer, 'reasoningTokens', output.reasoning_tokens)
}

/** All input tokens: Messages reports those written to a cache and read from it beside the others. */
function inputOf(usage: Record<string, unknown>): unknown {
  const { input_tokens: input, cache_creation_input_tokens: written, cache_read_input_tokens: read } = usage
  return typeof input === 'number' ? input + tokens(written) + tokens(read) : usage.prompt_tokens
}

const tokens = (value: unknown) => (Number.isSafeInteger(value) ? Number(value) : 0)

function count(
  answer: Answer,
  name: 'inputTokens' | 'outputTokens' | 'cachedInputTokens' | 'reasoningTokens',
  value: unknown,
): void {
  if (Number.isSafeInteger(value)) answer[name] = value as number
}

const record = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
