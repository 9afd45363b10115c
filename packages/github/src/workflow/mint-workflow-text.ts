import { PolicyError } from '@policy/core'
import { defaultBranchSteps } from './default-branch-steps.ts'
import { fetchHead } from './fetch-head.ts'
import { judgeAgainJob } from './judge-again-job.ts'
import type { WorkflowTextOptions } from './workflow-text.ts'

/** What differs between the workflows of two repositories that mint. */
export interface MintWorkflowTextOptions extends WorkflowTextOptions {
  /** The label by which a person asks for a grant. */
  label: string
}

/** The pull request that was labeled, or the one that a person named. */
const number = 'github.event.pull_request.number || inputs.pull-request'

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
  return `# Turns a person's label into a grant; or a review or a note, on the pull request for which a person starts it. It is a file of its own because
# a required check counts as green where its job is skipped: the gate's never is. It runs the default branch's file, whatever the pull
# request brings, and its first job is the only one that holds a key.
name: model-policy-mint

on:
  pull_request_target:
    types: [labeled]
  workflow_dispatch:
    inputs:
      pull-request:
        description: the number of the pull request whose review or note is turned into a grant
        type: number
        required: true

permissions: {}

jobs:
  mint:
    if: github.event_name == 'workflow_dispatch' || github.event.label.name == '${label}'
    runs-on: ubuntu-24.04
    timeout-minutes: 15
    # Protect it with required reviewers; it holds the minter's key.
    environment: model-policy-mint
    concurrency:
      group: model-policy-mint-\${{ ${number} }}
      cancel-in-progress: false
    permissions:
      contents: read
      pull-requests: write
      issues: read
      checks: read
    steps:
${defaultBranchSteps(install, fetchHead(number))}
      - name: Mint
        env:
          GITHUB_TOKEN: \${{ github.token }}
          MODEL_POLICY_MINTER_KEY: \${{ secrets.MODEL_POLICY_MINTER_KEY }}
          MODEL_POLICY_PASSPHRASE: \${{ secrets.MODEL_POLICY_PASSPHRASE }}
          NUMBER: \${{ ${number} }}
        run: ${program} mint --pull-request "$NUMBER"
${judgeAgainJob(number)}`
}
