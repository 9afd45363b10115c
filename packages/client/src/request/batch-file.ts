import { readJsonBody } from './json-body.ts'
import { batchLine } from './model-place.ts'

/** What the lines of a batch ask for. */
export interface BatchFile {
  /** Every model named, once. */
  models: readonly string[]
  tools: readonly string[]
  /** How many calls the batch makes. */
  lines: number
}

/** Read the JSON lines of a batch; `undefined` when a line is not one strict JSON object or names no model. */
export function readBatchFile(text: string): BatchFile | undefined {
  const models = new Set<string>()
  const tools = new Set<string>()
  const lines = text.split('\n').filter((line) => line.trim() !== '')
  for (const line of lines) {
    const named = readJsonBody(line, batchLine)
    if (!named || named.models.length === 0 || (named.kept !== undefined && !named.named)) return undefined
    for (const model of named.models) models.add(model)
    for (const tool of named.tools) tools.add(tool)
  }
  return { models: [...models], tools: [...tools], lines: lines.length }
}
