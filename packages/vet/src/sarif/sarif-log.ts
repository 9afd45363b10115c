import type { Log, ReportingDescriptor, Result } from 'sarif'
import { levelOf, scoreOf, type Severity } from '../findings/severity.ts'

/** A rule of a built-in vetter. */
export interface VetRule {
  severity: Severity
  /** One sentence: what the rule finds and why that matters. */
  about: string
}

/** Something that a rule found. */
export interface Spot {
  rule: string
  path: string
  /** First line, counted from 1; without one the whole file is meant, and blocks whichever of its lines changed. */
  line?: number | undefined
  /** Last line. @default the first */
  endLine?: number | undefined
  message: string
}

/** What a vetter found as a SARIF 2.1.0 log with one run. `spots` name rules of `rules`. */
export function sarifLog(
  vetter: { id: string; version: string },
  rules: Readonly<Record<string, VetRule>>,
  spots: readonly Spot[],
): Log {
  const ids = Object.keys(rules)
  const descriptors = Object.entries(rules).map(([id, { severity, about }]): ReportingDescriptor => ({
    id,
    shortDescription: { text: about },
    defaultConfiguration: { level: levelOf(severity) },
    properties: { 'security-severity': scoreOf(severity) },
  }))
  const results = spots.map(({ rule, path, line, endLine, message }): Result => ({
    ruleId: rule,
    ruleIndex: ids.indexOf(rule),
    level: levelOf(rules[rule]?.severity ?? 'critical'),
    message: { text: message },
    locations: [
      {
        physicalLocation: {
          artifactLocation: { uri: uriOf(path), uriBaseId: '%SRCROOT%' },
          ...(line === undefined ? {} : { region: { startLine: line, endLine: endLine ?? line } }),
        },
      },
    ],
  }))
  const driver = { name: vetter.id, version: vetter.version, rules: descriptors }
  return {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [{ tool: { driver }, invocations: [{ executionSuccessful: true }], results }],
  }
}

const uriOf = (path: string) => path.split('/').map(encodeURIComponent).join('/')
