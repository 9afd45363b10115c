import { fetchHead } from './fetch-head.ts'
import { fetchScript } from './fetch-script.ts'

/** What differs between the workflows of two repositories. */
export interface WorkflowTextOptions {
  /** The shell command that installs what the checked-out base has locked, running none of its scripts. */
  install: string
  /** The shell command that is `model-policy` once that is done. */
  program: string
}

/**
 * The text of `.github/workflows/model-policy.yml`: the one source of what `model-policy init` writes, of what the guide shows and of
 * this repository's own.
 *
 * Code comes from the base branch and its lock file, never from the pull request; nothing that a stranger writes reaches a shell. No job
 * in it is ever skipped: GitHub counts a required check that was skipped as one that succeeded.
 */
export function workflowText({ install, program }: WorkflowTextOptions): string {
  return `# Judges every pull request by the policy, the keys and the code of its base branch.
name: model-policy

on:
  pull_request:
    types: [opened, reopened, synchronize, edited, labeled, unlabeled, ready_for_review]
  pull_request_review:
    types: [submitted, edited, dismissed]
  merge_group:
    types: [checks_requested]

permissions: {}

jobs:
  gate:
    name: model-policy
    runs-on: ubuntu-24.04
    timeout-minutes: 40
    concurrency:
      group: model-policy-\${{ github.event.pull_request.number || github.ref }}
      cancel-in-progress: true
    permissions:
      contents: read
      pull-requests: read
      issues: read
      checks: read
    steps:
      - name: Check out the base, with its history
        uses: actions/checkout@11bd71901bbe5b1630ceea73d27597364c9af683 # v4.2.2
        with:
          ref: \${{ github.event.pull_request.base.ref || github.event.merge_group.base_sha }}
          fetch-depth: 0
          persist-credentials: false
      - name: Fetch the head as objects, without checking anything out
        if: github.event.pull_request
${fetchHead('github.event.pull_request.number')}
      - name: Fetch the heads of queued pull requests as objects, forks' too
        if: github.event.merge_group
${fetchQueued}
      - uses: actions/setup-node@49933ea5288caeca8642d1e84afbd3f7d6820020 # v4.4.0
        with:
          node-version: 24
      - name: Install the base's code
        run: ${install}
      - name: Judge
        env:
          GITHUB_TOKEN: \${{ github.token }}
        run: ${program} gate --wait 30
`
}

/** A number in a commit's subject may be an issue's. A head that is missed makes the gate end in an error, not in a pass. */
const fetchQueued = fetchScript(
  { BASE: 'github.event.merge_group.base_sha', HEAD: 'github.event.merge_group.head_sha' },
  [
    `git log --format=%s "$BASE..$HEAD" | { grep -oE '#[0-9]+' || true; } | tr -d '#' | sort -un | while read -r number; do`,
    '  git fetch --no-tags origin "+refs/pull/$number/head:refs/remotes/pull/$number" || echo "No pull request $number."',
    'done',
  ],
)
