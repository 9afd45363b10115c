import { defaultBranchSteps } from './default-branch-steps.ts'
import { fetchScript } from './fetch-script.ts'
import type { WorkflowTextOptions } from './workflow-text.ts'

/**
 * The text of `.github/workflows/model-policy-comment.yml`, which goes with the one of `workflowText`.
 *
 * It may write, so it takes nothing from the run that it follows but which head that was about.
 */
export function commentWorkflowText({ install, program }: WorkflowTextOptions): string {
  return `# Tells the verdict on a pull request in one comment. It runs apart because the gate may write nothing; it takes nothing from the gate but
# which head was judged, and judges that again with the default branch's code.
name: model-policy-comment

on:
  workflow_run:
    workflows: [model-policy]
    types: [completed]

permissions: {}

jobs:
  comment:
    if: >-
      contains(fromJSON('["pull_request", "pull_request_review"]'), github.event.workflow_run.event)
      && github.event.workflow_run.conclusion != 'cancelled'
    runs-on: ubuntu-24.04
    timeout-minutes: 15
    concurrency:
      group: model-policy-comment-\${{ github.event.workflow_run.head_repository.full_name }}-\${{ github.event.workflow_run.head_branch }}
      cancel-in-progress: true
    permissions:
      contents: read
      pull-requests: write
      issues: read
      checks: read
    steps:
${defaultBranchSteps(install, fetchHead)}
      - name: Comment
        env:
          GITHUB_TOKEN: \${{ github.token }}
        run: ${program} comment
`
}

const fetchHead = fetchScript({ HEAD_SHA: 'github.event.workflow_run.head_sha' }, [
  'git fetch --no-tags origin "+$HEAD_SHA:refs/remotes/pull/head"',
])
