import {
  isAlias,
  isMap,
  isNode,
  isPair,
  isScalar,
  isSeq,
  LineCounter,
  parseDocument,
  type Document,
} from 'yaml'
import { PolicyError, type ErrorPlace } from '../errors/policy-error.ts'
import type { Problem } from './problem.ts'

/** A policy file as read: its value, and where in the text each part of it stands. */
export interface PolicyText {
  value: unknown
  locate: (problem: Problem) => ErrorPlace
}

/**
 * Read YAML 1.2 or JSON. Attacker-controlled input: throws only `policy_invalid`, for what does not parse, keys that
 * are given twice, several documents, unknown tags, and aliases that would blow up.
 */
export function readPolicyText(text: string, file: string | undefined): PolicyText {
  const lines = new LineCounter()
  const at = (offset: number): ErrorPlace => {
    const { line, col } = lines.linePos(offset)
    return { ...(file === undefined ? {} : { file }), line: Math.max(line, 1), column: Math.max(col, 1) }
  }
  try {
    const document = parseDocument(text, {
      version: '1.2',
      schema: 'core',
      stringKeys: true,
      prettyErrors: false,
      logLevel: 'silent',
      lineCounter: lines,
    })
    const [fault] = [...document.errors, ...document.warnings]
    if (fault) throw refuse(wording[fault.code] ?? fault.message, at(fault.pos[0]), fault)
    const value: unknown = document.toJS({ maxAliasCount: 100 })
    return { value, locate: (problem) => ({ ...at(offsetOf(document, problem)), ...pathOf(problem) }) }
  } catch (error) {
    if (PolicyError.is(error)) throw error
    const message =
      error instanceof ReferenceError ? error.message : 'the file is nested too deeply to be read'
    throw refuse(message, at(0), error)
  }
}

function refuse(message: string, place: ErrorPlace, cause: unknown): PolicyError {
  const where = [place.file ?? 'line', place.line, place.column].join(':')
  return new PolicyError('policy_invalid', `${where}: ${message}`, { place, cause })
}

const wording: Record<string, string> = {
  DUPLICATE_KEY: 'this key is given twice; keep one of them',
  MULTIPLE_DOCS: 'a second document begins here; a policy is one document',
  NON_STRING_KEY: 'this key is not a text',
}

const pathOf = ({ path }: Problem): ErrorPlace => (path.length === 0 ? {} : { path: path.join('.') })

/** Where a problem's path leads in the text: to the key or the value, or as near to it as the text goes. */
function offsetOf(document: Document, { path, at }: Problem): number {
  let node: unknown = document.contents
  let offset = isNode(node) ? (node.range?.[0] ?? 0) : 0
  for (const [depth, step] of path.entries()) {
    if (isAlias(node)) node = node.resolve(document)
    const last = depth === path.length - 1
    if (isMap(node)) {
      const pair = node.items.find(({ key }) => (isScalar(key) ? String(key.value) : key) === String(step))
      if (!isPair(pair)) return offset
      node = last && at === 'key' ? pair.key : (pair.value ?? pair.key)
    } else if (isSeq(node)) node = node.items[Number(step)]
    else return offset
    if (!isNode(node)) return offset
    offset = node.range?.[0] ?? offset
  }
  return offset
}
