/**
 * The part of a workflow's step that fetches what a pull request's branch leads to, as objects: `variables` are the expressions that the
 * commands find in their environment.
 *
 * The token goes to git for these commands, and is in no file afterwards.
 */
export function fetchScript(
  variables: Readonly<Record<string, string>>,
  commands: readonly string[],
): string {
  const environment = Object.entries(variables).map(
    ([name, expression]) => `\n          ${name}: \${{ ${expression} }}`,
  )
  return `        env:
          GITHUB_TOKEN: \${{ github.token }}${environment.join('')}
        run: |
          auth=$(printf 'x-access-token:%s' "$GITHUB_TOKEN" | base64 -w0)
          export GIT_CONFIG_COUNT=1 GIT_CONFIG_KEY_0="http.$GITHUB_SERVER_URL/.extraheader"
          export GIT_CONFIG_VALUE_0="AUTHORIZATION: basic $auth"
${commands.map((command) => `          ${command}`).join('\n')}`
}
