/**
 * The part of a workflow's step that fetches the head of a pull request as objects: `source` of the remote, in which `$variable` stands
 * for the value of an expression.
 *
 * The token goes to git for this one command, and is in no file afterwards.
 */
export function fetchScript(variable: string, expression: string, source: string): string {
  return `        env:
          GITHUB_TOKEN: \${{ github.token }}
          ${variable}: \${{ ${expression} }}
        run: |
          auth=$(printf 'x-access-token:%s' "$GITHUB_TOKEN" | base64 -w0)
          export GIT_CONFIG_COUNT=1 GIT_CONFIG_KEY_0="http.$GITHUB_SERVER_URL/.extraheader"
          export GIT_CONFIG_VALUE_0="AUTHORIZATION: basic $auth"
          git fetch --no-tags origin "+${source}:refs/remotes/pull/head"`
}
