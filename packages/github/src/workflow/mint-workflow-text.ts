import { PolicyError } from '@policy/core'
import { defaultBranchSteps } from './default-branch-steps.ts'
import { fetchHead } from './fetch-head.ts'
import type { WorkflowTextOptions } from './workflow-text.ts'

/** What differs between the workflows of two repositories that mint. */
export interface MintWorkflowTextOptions extends WorkflowTextOptions {
  /** The label by which a person asks for a grant. */
  label: string
}

/**
 * The text of `.github/workflows/model-policy-mint.yml`, which goes with the one of `workflowText`.
 *
 * Its code comes from the default branch and its lock file, never from the pull request; nothing that a stranger writes reaches a shell.
 *
 * @throws `usage` for a label that cannot stand in an expression as it is
 */
export function mintWorkflowText({ label, install, program }: MintWorkflowTextOptions): string {
  // It stands between quotes in an expression, in a YAML scalar without quotes.
  if (!/^[\w.:/@+-]+(?: [\w.:/@+-]+)*$/.test(label) || label.includes(': ')) {
    throw new PolicyError('usage', `the label ${JSON.stringify(label)} cannot be written into a workflow`, {
      remedy: 'Name it with letters, digits and .:/@+-_ in escalation.approvers.label.',
    })
  }
  return `# Turns a person's label into a grant. It is a file of its own because a required check counts as green where its job is skipped: the gate's
# never is. It runs the default branch's file, whatever the pull request brings, and its job is the only one that holds a key.
name: model-policy-mint

on:
  pull_request_target:
    types: [labeled]

permissions: {}

jobs:
  mint:
    if: github.event.label.name == '${label}'
    runs-on: ubuntu-24.04
    timeout-minutes: 15
    # Protect it with required reviewers; it holds the minter's key.
    environment: model-policy-mint
    concurrency:
      group: model-policy-mint-\${{ github.event.pull_request.number }}
      cancel-in-progress: false
    permissions:
      contents: read
      pull-requests: write
      issues: read
      checks: read
    steps:
${defaultBranchSteps(install, fetchHead)}
      - name: Mint
        env:
          GITHUB_TOKEN: \${{ github.token }}
          MODEL_POLICY_MINTER_KEY: \${{ secrets.MODEL_POLICY_MINTER_KEY }}
          MODEL_POLICY_PASSPHRASE: \${{ secrets.MODEL_POLICY_PASSPHRASE }}
        run: ${program} mint
`
}
