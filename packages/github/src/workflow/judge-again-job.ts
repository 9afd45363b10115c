/**
 * The job that has the gate's last run for a pull request's head started again: that a grant was left as a comment sets nothing off, because
 * GitHub starts no workflow for what a workflow's own token did.
 *
 * It can only have the gate look again. It holds no key, checks nothing out, and runs none of the repository's code, so that no job has the
 * permission to start workflows and a key. `number` is the expression for the pull request's number.
 */
export const judgeAgainJob = (number: string): string => `  judge-again:
    needs: mint
    runs-on: ubuntu-24.04
    timeout-minutes: 45
    concurrency:
      group: model-policy-judge-again-\${{ ${number} }}
      cancel-in-progress: true
    permissions:
      actions: write
      pull-requests: read
    steps:
      - name: Start the last run of the judging workflow again, where it did not end well
        env:
          GH_TOKEN: \${{ github.token }}
          NUMBER: \${{ ${number} }}
        run: |
          export GH_HOST="\${GITHUB_SERVER_URL#https://}" GH_ENTERPRISE_TOKEN="$GH_TOKEN"
          head=$(gh api "repos/$GITHUB_REPOSITORY/pulls/$NUMBER" --jq .head.sha)
          runs="repos/$GITHUB_REPOSITORY/actions/workflows/model-policy.yml/runs?head_sha=$head&per_page=1"
          id=$(gh api "$runs" --jq '.workflow_runs[0].id // empty')
          [ -n "$id" ] || { echo "Nothing has judged $head yet."; exit 0; }
          run="repos/$GITHUB_REPOSITORY/actions/runs/$id"
          while status=$(gh api "$run" --jq .status) && [ "$status" != completed ]; do sleep 15; done
          conclusion=$(gh api "$run" --jq .conclusion)
          [ "$conclusion" = success ] || gh api --method POST "$run/rerun"
`
