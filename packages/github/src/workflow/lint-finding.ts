/** A fault in a workflow or a form. Rule names are those of zizmor and Scorecard where they have one. */
export interface LintFinding {
  rule: LintRule
  level: 'error' | 'warning'
  message: string
  file: string
  /** Counted from 1. */
  line: number
}

/** Every rule, with what it asks for. */
export const lintRules = {
  'workflow-unreadable': 'a workflow is YAML in the form that GitHub Actions takes',
  'unpinned-uses':
    'what is run is pinned: an action by its full commit id, an image by its digest, a package by its exact version',
  'excessive-permissions': 'permissions are named, and none is given that is not needed',
  'untrusted-checkout': 'a job that may hold secrets never checks out what a pull request brings',
  'template-injection':
    'no value becomes a program: it comes in as an environment variable, and no variable is evaluated',
  'github-env': 'where secrets may be, only fixed words go into the environment or the path of later steps',
  artipacked: 'a checkout leaves no credentials behind',
  'merge-group-missing': 'a required check also runs in the merge queue',
  'skippable-gate': 'the job that judges is never skipped and never fails in silence: both count as green',
  'self-hosted-runner': 'what strangers set off runs on a machine that is thrown away afterwards',
  'secrets-outside-environment': 'a secret is used only in a job with an environment that people guard',
  'concurrency-missing': 'runs for one pull request do not overtake each other',
  'approval-label-in-form': 'no form or labeler puts the approval label on for somebody',
} as const

/** One rule that a workflow is held to. */
export type LintRule = keyof typeof lintRules
