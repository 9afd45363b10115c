import type { LintFinding } from '@policy/github'

/** What one look at a repository's set-up found. */
export type Diagnosis =
  | { level: 'ok'; about: string; saw: string }
  | {
      level: 'warning' | 'error'
      /** What was looked at, such as `policy` or `workflow`. */
      about: string
      saw: string
      /** What to do. */
      fix: string
      /** Where a workflow or form is at fault, for SARIF. */
      lint?: LintFinding
    }
