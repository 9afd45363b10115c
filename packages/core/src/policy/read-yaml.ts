import {
  isAlias,
  isMap,
  isNode,
  isScalar,
  isSeq,
  LineCounter,
  parseDocument,
  type Document,
  type ErrorCode,
  type YAMLError,
} from 'yaml'
import { PolicyError, type ErrorPlace } from '../errors/policy-error.ts'
import type { PolicyErrorCode } from '../errors/codes.ts'
import { invalid, type Problem } from './problem.ts'
import { yamlFaults } from './yaml-faults.ts'

/** A text as read: its value, and where in the text each part of it stands. */
export interface YamlText {
  value: unknown
  locate: (problem: Problem) => ErrorPlace
}

/**
 * Read YAML 1.2 or JSON. Attacker-controlled input: throws only a `PolicyError` of the given code, for what does not
 * parse, keys that are given twice, several documents, unknown tags, and aliases that would blow up.
 */
export function readYaml(text: string, code: PolicyErrorCode, file: string | undefined): YamlText {
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
      // Its own check compares every key with every other; yamlFaults looks each up.
      uniqueKeys: false,
      prettyErrors: false,
      // Not `silent`, under which a second document is passed over without a word.
      logLevel: 'error',
      lineCounter: lines,
    })
    const [fault] = [...document.errors, ...document.warnings]
    if (fault) {
      const path = pathAt(document, fault.pos[0])
      throw invalid(code, [{ path, at: 'value', ...worded(fault) }], () => ({
        ...at(fault.pos[0]),
        ...pathOf(path),
      }))
    }
    for (const { offset, ...problem } of yamlFaults(document)) {
      throw invalid(code, [{ at: 'value', ...problem }], () => ({ ...at(offset), ...pathOf(problem.path) }))
    }
    const value: unknown = document.toJS({ maxAliasCount: 100 })
    return { value, locate: (problem) => ({ ...at(offsetOf(document, problem)), ...pathOf(problem.path) }) }
  } catch (error) {
    if (PolicyError.is(error)) throw error
    // What is left is the reader's own limits: aliases within aliases, or a nesting that its stack does not hold.
    const message =
      error instanceof RangeError
        ? 'this is nested too deeply'
        : error instanceof Error
          ? error.message
          : String(error)
    throw invalid(code, [{ path: [], at: 'value', message }], () => at(0), error)
  }
}

/** What the reader's own faults mean to somebody who writes a policy. */
function worded({ code, message }: YAMLError): Pick<Problem, 'message' | 'remedy'> {
  if (message.includes('call stack')) return { message: 'this is nested too deeply' }
  const remedy = remedies[code]
  return { message: wording[code] ?? message.slice(0, 200), ...(remedy ? { remedy } : {}) }
}

const wording: Partial<Record<ErrorCode, string>> = {
  MULTIPLE_DOCS: 'a second document begins here',
  NON_STRING_KEY: 'this key is not a text',
  TAB_AS_INDENT: 'a tab is no indentation',
}

const remedies: Partial<Record<ErrorCode, string>> = {
  MULTIPLE_DOCS: 'write one',
  TAB_AS_INDENT: 'indent with spaces',
  BAD_SCALAR_START: 'put the text in quotes',
  MULTILINE_IMPLICIT_KEY: 'look for a missing : at the end of the line before',
  BLOCK_AS_IMPLICIT_KEY: 'begin all keys of a section in one column',
}

const pathOf = (path: Problem['path']): ErrorPlace => (path.length === 0 ? {} : { path: path.join('.') })

/** Where a problem's path leads in the text: to the key or the value, or as near to it as the text goes. */
function offsetOf(document: Document, { path, at }: Problem): number {
  let node: unknown = document.contents
  let offset = isNode(node) ? (node.range?.[0] ?? 0) : 0
  for (const [depth, step] of path.entries()) {
    if (isAlias(node)) node = node.resolve(document)
    const last = depth === path.length - 1
    if (isMap(node)) {
      const pair = node.items.find(({ key }) => isScalar(key) && key.value === String(step))
      if (!pair) return offset
      node = last && at === 'key' ? pair.key : (pair.value ?? pair.key)
    } else if (isSeq(node)) node = node.items[Number(step)]
    else return offset
    if (!isNode(node)) return offset
    offset = node.range?.[0] ?? offset
  }
  return offset
}

// A path that is longer than this helps nobody to find anything.
const deepestPath = 16

/** The path of the innermost part of a document that an offset lies in. */
function pathAt(document: Document, offset: number): Problem['path'] {
  const path: (string | number)[] = []
  let node: unknown = document.contents
  while (path.length < deepestPath) {
    if (isMap(node)) {
      const pair = node.items.findLast(({ key }) => isNode(key) && (key.range?.[0] ?? Infinity) <= offset)
      // A key with a space in it is more likely two that a fault has run together.
      if (!pair || !isScalar(pair.key) || /\s/.test(String(pair.key.value))) return path
      path.push(String(pair.key.value))
      node = pair.value
    } else if (isSeq(node)) {
      const index = node.items.findLastIndex(
        (item) => isNode(item) && (item.range?.[0] ?? Infinity) <= offset,
      )
      if (index < 0) return path
      path.push(index)
      node = node.items[index]
    } else return path
  }
  return path
}
