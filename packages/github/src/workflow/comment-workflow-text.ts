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
      - name: Check out the default branch, with the history of all
        uses: actions/checkout@11bd71901bbe5b1630ceea73d27597364c9af683 # v4.2.2
        with:
          ref: \${{ github.event.repository.default_branch }}
          fetch-depth: 0
          persist-credentials: false
      - name: Fetch the head as objects, without checking anything out
${fetchHead}
      - uses: actions/setup-node@49933ea5288caeca8642d1e84afbd3f7d6820020 # v4.4.0
        with:
          node-version: 24
      - name: Install the default branch's code
        run: ${install}
      - name: Comment
        env:
          GITHUB_TOKEN: \${{ github.token }}
        run: ${program} comment
`
}

const fetchHead = fetchScript({ HEAD_SHA: 'github.event.workflow_run.head_sha' }, [
  'git fetch --no-tags origin "+$HEAD_SHA:refs/remotes/pull/head"',
])
