/** An item of an answer that asks to run or write something, or says that it was. */
export interface ToolAsk {
  /** As the provider names the item, such as `function_call`, `shell_call`, `mcp_call` or `tool_use`. */
  type: string
  /** The tool's name, for items that carry one. */
  name?: string
  id?: string
}

/** A line of a stream that may hold one; only such lines are parsed for it. */
export const mayAskForTool =
  /"response\.output_item\.done"|"(?:tool_calls|function_call)"\s*:\s*[[{][^\]]{0,400}"name"|"(?:server_)?(?:mcp_)?tool_use"/

// Items that call something which only reads, or makes a picture.
const harmless = /^(?:web_search|file_search|tool_search|image_generation)_call$/

/**
 * The items that ask for tools in an answer, or in one event of a stream: Responses (`output`, `item`), Chat Completions (`tool_calls`,
 * `function_call`) and Messages (`content`, `content_block`).
 *
 * An item counts when its type ends like a call or a request, known or not.
 */
export function toolAsksIn(value: unknown): ToolAsk[] {
  const body = record(record(value)['response'] ?? record(value)['message'] ?? value)
  const { item, content_block: block } = record(value)
  const items = [...list(body['output']), ...list(body['content']), item, block].map(record)
  const messages = list(body['choices']).map((choice) =>
    record(record(choice)['message'] ?? record(choice)['delta']),
  )
  return [...items.flatMap(askOfItem), ...messages.flatMap(asksOfMessage)]
}

function askOfItem(item: Fields): ToolAsk[] {
  const { type, name, id } = item
  if (typeof type !== 'string' || harmless.test(type)) return []
  if (!/(?:_call|_request)$|^(?:\w+_)?tool_use$/.test(type)) return []
  return [askOf(type, name, id)]
}

function asksOfMessage({ tool_calls: calls, function_call: legacy }: Fields): ToolAsk[] {
  const asked = list(calls).map((call): ToolAsk => {
    const { type = 'function', id, function: fn, custom } = record(call)
    return askOf(String(type), record(fn ?? custom)['name'], id)
  })
  // a stream brings the arguments of a call in pieces, of which only the first names the tool
  const named = asked.filter(({ name, id }) => name !== undefined || id !== undefined)
  return legacy === undefined || legacy === null
    ? named
    : [...named, askOf('function', record(legacy)['name'], undefined)]
}

const askOf = (type: string, name: unknown, id: unknown): ToolAsk => ({
  type,
  ...(typeof name === 'string' && name !== '' ? { name } : {}),
  ...(typeof id === 'string' && id !== '' ? { id } : {}),
})

/** Asks with those that are new; what a stream tells of in pieces and again at its end counts once. */
export function mergeToolAsks(known: readonly ToolAsk[], found: readonly ToolAsk[]): ToolAsk[] {
  return [...known, ...found.filter(({ id }) => id === undefined || known.every((ask) => ask.id !== id))]
}

type Fields = Readonly<Record<string, unknown>>

const record = (value: unknown): Fields =>
  typeof value === 'object' && value !== null ? (value as Fields) : {}

const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [])
