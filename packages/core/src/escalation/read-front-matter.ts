import { PolicyError } from '../errors/policy-error.ts'
import type { Escalation } from './escalation.ts'

/**
 * Read the YAML between the `---` lines of an `escalation.md`; `firstLine` is the number of its first line in the file.
 *
 * Throws `escalation_malformed` with the line.
 */
export async function readFrontMatter(yaml: string, firstLine: number): Promise<Escalation> {
  const [
    { LineCounter, parseDocument, visit, isAlias, isNode, isPair, isMap, isScalar },
    { escalationSchema },
  ] = await Promise.all([import('yaml'), import('./escalation-schema.ts')])
  const lines = new LineCounter()
  const document = parseDocument(yaml, {
    lineCounter: lines,
    version: '1.2',
    schema: 'core',
    uniqueKeys: true,
    prettyErrors: false,
  })
  const malformed = (why: string, offset: number, cause?: unknown) =>
    new PolicyError('escalation_malformed', `the front matter of the escalation is not in its form: ${why}`, {
      place: { line: lines.linePos(offset).line + firstLine - 1 },
      cause,
    })

  const [fault] = [...document.errors, ...document.warnings]
  if (fault) throw malformed(fault.message, fault.pos[0], fault)
  visit(document, (_key, node) => {
    if (!isNode(node)) return
    if (isAlias(node) || node.anchor !== undefined) {
      throw malformed('an anchor or alias, which could hide what is asked', node.range?.[0] ?? 0)
    }
    if (node.tag !== undefined) throw malformed('a tag', node.range?.[0] ?? 0)
  })

  const parsed = escalationSchema.safeParse(document.toJS())
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  const path = (issue?.path ?? []).map((step) => (typeof step === 'symbol' ? String(step) : step))
  const unknown = issue?.code === 'unrecognized_keys' ? issue.keys[0] : undefined
  const node = document.getIn(path, true) ?? document.getIn(path.slice(0, -1), true) ?? document.contents
  const member = isMap(node)
    ? node.items.find((pair) => isPair(pair) && isScalar(pair.key) && pair.key.value === unknown)
    : undefined
  const at = isScalar(member?.key) ? member.key : node
  throw malformed(
    `${path.join('.') || 'front matter'}: ${issue?.message}`,
    isNode(at) ? (at.range?.[0] ?? 0) : 0,
  )
}
