import { LineCounter, parseDocument, visit } from 'yaml'
import { sameLabel } from '../approval/labels.ts'
import type { LintFinding } from './lint-finding.ts'

/**
 * Look over an issue form, an issue template or a labeler's configuration for the approval label: it would be put on for whoever opens an
 * issue, in the name of that person. Pure.
 */
export function lintForm(text: string, file: string, label: string): LintFinding[] {
  const front = /^---\r?\n([^]*?)\r?\n---/.exec(text)
  const yaml = file.endsWith('.md') ? (front?.[1] ?? '') : text
  const offset = file.endsWith('.md') ? 1 : 0
  const lines = new LineCounter()
  const document = parseDocument(yaml, { lineCounter: lines, prettyErrors: false, logLevel: 'silent' })
  const findings: LintFinding[] = []
  visit(document, {
    Scalar: (_key, { value, range }) => {
      const words = typeof value === 'string' ? value.split(',').map((word) => word.trim()) : []
      if (!words.some((word) => sameLabel(word, label))) return
      const line = lines.linePos(range?.[0] ?? 0).line + offset
      const message = `it puts ${label} on for whoever uses it`
      findings.push({ rule: 'approval-label-in-form', level: 'error', message, file, line })
    },
  })
  return findings
}
