import { type LintFinding, lintRules } from './lint-finding.ts'

/** Findings as a SARIF 2.1.0 log with one run, as code scanning takes it. */
export function sarifOf(findings: readonly LintFinding[], version: string): object {
  return {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'model-policy',
            version,
            rules: Object.entries(lintRules).map(([id, text]) => ({ id, shortDescription: { text } })),
          },
        },
        invocations: [{ executionSuccessful: true }],
        results: findings.map(({ rule, level, message, file, line }) => ({
          ruleId: rule,
          level,
          message: { text: message },
          locations: [{ physicalLocation: { artifactLocation: { uri: file }, region: { startLine: line } } }],
        })),
      },
    ],
  }
}
