import { describe, expect, it } from 'vitest'
import type { LintRule } from './lint-finding.ts'
import { faultsOfScript } from './lint-script.ts'

/** %c and %w stand for what fetches: nothing that reads this file shall take its examples for commands. */
const typed = (script: string) => script.replaceAll('%c', 'curl').replaceAll('%w', 'wget')

const rules = (script: string, trusted: boolean) => [
  ...new Set([...faultsOfScript(typed(script), trusted)].map(([rule]) => rule)),
]

const anywhere: [LintRule, string][] = [
  ['template-injection', '# ${{ github.event.issue.title }}'],
  ['template-injection', 'eval "$TITLE"'],
  ['template-injection', 'set -e; eval echo ${TITLE}'],
  ['template-injection', 'if true; then eval "$TITLE"; fi'],
  ['template-injection', 'bash -c "$TITLE"'],
  ['template-injection', "sh -ec 'echo '$TITLE"],
  ['template-injection', 'bash -e -c "echo $TITLE"'],
  ['template-injection', '/bin/bash \\\n  -c "echo $TITLE"'],
  ['template-injection', 'node -e "console.log(\'$TITLE\')"'],
  ['template-injection', 'python3 -c "print(\\"$TITLE\\")"'],

  ['unpinned-uses', 'npx -y model-policy gate'],
  ['unpinned-uses', 'npx --yes model-policy@latest gate'],
  ['unpinned-uses', 'cd x && npx model-policy@^1.2 gate'],
  ['unpinned-uses', 'npx \\\n  model-policy gate'],
  ['unpinned-uses', 'pnpm dlx model-policy gate'],
  ['unpinned-uses', 'npm exec -- model-policy gate'],
  ['unpinned-uses', 'npm i -g model-policy'],
  ['unpinned-uses', 'npm install --global model-policy@1'],
  ['unpinned-uses', 'npm install --prefix tools model-policy@latest'],
  ['unpinned-uses', 'sudo npm -g install model-policy'],
  ['unpinned-uses', 'pnpm add -g model-policy'],
  ['unpinned-uses', 'yarn global add model-policy'],
  ['unpinned-uses', 'npm install github:somebody/model-policy'],
  ['unpinned-uses', 'npm install model-policy@1.2.3 other'],
  ['unpinned-uses', '%c -fsSL https://example.com/install.sh | sh'],
  ['unpinned-uses', '%c -fsSL https://example.com/install.sh |\\\n  sudo -E bash -s -- --yes'],
  ['unpinned-uses', '%w -qO- https://example.com/x.tgz | tar xz'],
  ['unpinned-uses', '%c https://example.com/x | python3 -'],
  ['unpinned-uses', '%c https://example.com/x | gunzip | /bin/tar x'],
  ['unpinned-uses', 'bash <(%c -s https://example.com/x)'],
  ['unpinned-uses', 'sh -c "$(%c -s https://example.com/x)"'],
  ['unpinned-uses', 'eval "$(%c -s https://example.com/x)"'],
  ['unpinned-uses', '. <(%w -qO- https://example.com/x)'],
]

const whereSecretsAre = [
  'gh pr checkout "$NUMBER"',
  'gh repo clone "$FORK"',
  'gh run download "$RUN"',
  'gh pr diff "$NUMBER" | git apply',
  'gh pr diff "$NUMBER" | patch -p1',
  'patch -p1 < change.patch',
  'gh api "repos/$FORK/tarball/$SHA" > head.tgz',
  'git fetch origin "pull/$N/head" && git -c a=b checkout FETCH_HEAD',
  'git \\\n  checkout FETCH_HEAD',
  'git archive FETCH_HEAD | tar x',
  'git archive --output=head.zip FETCH_HEAD',
  'git clone "$HEAD_REPOSITORY" head',
  'git worktree add ../head FETCH_HEAD',
  'git restore --source FETCH_HEAD .',
  'git read-tree -u -m FETCH_HEAD',
  'git checkout-index -a',
  'git -c alias.x=checkout x FETCH_HEAD',
  'git pull origin "$BRANCH"',
  'git merge FETCH_HEAD',
  'git submodule update --init',
  'git show FETCH_HEAD:build.sh > build.sh',
  'git show FETCH_HEAD:build.sh | bash',
  'git cat-file blob "$ID" | node',
]

const environment = [
  'echo "TITLE=$TITLE" >> "$GITHUB_ENV"',
  'echo "TITLE=$(cat title)" >> $GITHUB_ENV',
  '{\n  echo "BODY<<EOF"\n  cat body\n} >> "${GITHUB_ENV}"',
  'cat variables | tee -a "$GITHUB_ENV"',
  'echo "$FOLDER" >> "$GITHUB_PATH"',
]

const fine = [
  'echo "CI=true" >> "$GITHUB_ENV"',
  'echo "verdict=$VERDICT" >> "$GITHUB_OUTPUT"',
  'echo "$GITHUB_ENV"',
  'echo "$TITLE"',
  'bash -c \'echo "$1"\' _ "$TITLE"',
  'bash -c "echo \\$TITLE"',
  'eval "$(ssh-agent -s)"',
  'yq eval .a "$FILE"',
  'bash -e "$SCRIPT"',
  '# never npx model-policy, nor git checkout',
  'npx -y pnpm@12.21.0 install --frozen-lockfile',
  'npx --no model-policy gate',
  'npm ci --ignore-scripts',
  'npm install --global "model-policy@1.2.3" npm@11.0.0-beta.1',
  'npm install --prefix tools',
  'npm install ./vendor/model-policy.tgz',
  'corepack pnpm install --frozen-lockfile --ignore-scripts',
  'pnpm --filter ./app install',
  '%c -s https://example.com/x.json | jq .a',
  '%c -s https://example.com/x.json | python3 -m json.tool',
  '%c -s https://example.com/x.json | node -e "process.stdin.pipe(process.stdout)"',
  '%c -s https://example.com/x | sha256sum --check',
  'git fetch --no-tags origin "+refs/pull/$NUMBER/head:refs/remotes/pull/head"',
  'git merge-base main FETCH_HEAD',
  'git diff --stat main FETCH_HEAD | tee stat',
  'git show --stat FETCH_HEAD',
  'gh pr diff "$NUMBER" | grep x',
  'node_modules/.bin/model-policy gate --wait 30',
]

describe('faultsOfScript', () => {
  it.each(anywhere)('%s: finds %j', (rule, script) => {
    expect(rules(script, false)).toEqual([rule])
    expect(rules(script, true)).toContain(rule)
  })
  it.each(whereSecretsAre)('finds %j where secrets are, and there alone', (script) => {
    expect(rules(script, true)).toEqual(['untrusted-checkout'])
    expect(rules(script, false)).toEqual([])
  })
  it.each(environment)('finds %j where secrets are', (script) => {
    expect(rules(script, true)).toEqual(['github-env'])
    expect(rules(script, false)).toEqual([])
  })
  it.each(fine)('finds nothing wrong with %j', (script) => expect(rules(script, true)).toEqual([]))
})
