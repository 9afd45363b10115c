import { endpointOf } from './endpoint.ts'
import { readJsonBody } from './json-body.ts'
import { batchLine } from './model-place.ts'
import { readRequestPath } from './request-path.ts'

/** What the lines of a batch ask for. */
export interface BatchFile {
  /** Every model named, once. */
  models: readonly string[]
  tools: readonly string[]
  /** Every endpoint that a line names as its `url`, once. */
  endpoints: readonly string[]
  /** How many calls the batch makes. */
  lines: number
}

/** By what an uploaded batch is known: its file's id, which another server may give to another file. `url` is that of any request to the server. */
export const batchKey = (url: string, id: string): string => `${new URL(url).origin} ${id}`

/** Read the JSON lines of a batch; `undefined` when a line is not one strict JSON object, names no model, or has a `url` that cannot be read. */
export function readBatchFile(text: string): BatchFile | undefined {
  const models = new Set<string>()
  const tools = new Set<string>()
  const urls = new Set<unknown>()
  const lines = text.split('\n').filter((line) => line.trim() !== '')
  for (const line of lines) {
    const named = readJsonBody(line, batchLine)
    if (!named || named.models.length === 0 || (named.kept !== undefined && !named.named)) return undefined
    for (const model of named.models) models.add(model)
    for (const tool of named.tools) tools.add(tool)
    const { url } = JSON.parse(line) as { url?: unknown }
    if (url !== undefined) urls.add(url)
  }
  const endpoints = new Set<string>()
  for (const url of urls) {
    const endpoint = endpointOfLine(url)
    if (endpoint === undefined) return undefined
    endpoints.add(endpoint)
  }
  return { models: [...models], tools: [...tools], endpoints: [...endpoints], lines: lines.length }
}

/** A line names a path of the server that it is sent to. */
function endpointOfLine(url: unknown): string | undefined {
  if (typeof url !== 'string' || !URL.canParse(url, anyServer)) return undefined
  const path = readRequestPath(new URL(url, anyServer))
  return path && endpointOf('POST', path).endpoint
}

const anyServer = 'https://server.invalid'
