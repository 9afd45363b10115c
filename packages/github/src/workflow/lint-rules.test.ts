import { describe, expect, it } from 'vitest'
import type { LintRule } from './lint-finding.ts'
import { lintWorkflow, localUses } from './lint-workflow.ts'

const sha = 'a'.repeat(40)
const checkout = `actions/checkout@${sha}`
const step = (lines: string) => lines.replaceAll('\n', '\n      ')

/** A workflow without a fault, with one step and whatever else is given. */
const workflow = ({
  on = '[pull_request, merge_group]',
  top = '',
  job = '',
  steps = '- run: echo',
  permissions = 'permissions: { contents: read }',
}) => `on: ${on}
concurrency: model-policy
${permissions}
${top}
jobs:
  gate:
    runs-on: ubuntu-24.04
    ${job}
    steps:
      ${steps}
`
const script = (run: string) => workflow({ steps: `- run: ${JSON.stringify(run)}` })
const machine = (runsOn: string, on?: string) =>
  workflow(on === undefined ? {} : { on }).replace('ubuntu-24.04', runsOn)
const target = (steps: string, on = 'pull_request_target') => workflow({ on, steps })
const checkedOut = (inputs: string, on?: string) =>
  target(`- uses: ${checkout}\n        with: { persist-credentials: false, ${inputs} }`, on)
const rules = (text: string) => [...new Set(lintWorkflow(text, 'model-policy.yml').map(({ rule }) => rule))]

const faults: [LintRule, string, string][] = [
  ['workflow-unreadable', 'a duplicate key', workflow({ top: 'concurrency: other' })],
  ['workflow-unreadable', 'a duplicate key in a job', workflow({ job: 'runs-on: self-hosted' })],
  ['workflow-unreadable', 'a merge key', workflow({ top: 'env: &all { A: b }', job: 'env: { <<: *all }' })],
  ['workflow-unreadable', 'an anchor that is nowhere', workflow({ job: 'env: *nowhere' })],
  ['workflow-unreadable', 'two documents', `${workflow({})}---\n${workflow({})}`],
  ['workflow-unreadable', 'no mapping', '[]'],
  [
    'workflow-unreadable',
    'a job that is a text',
    'on: push\npermissions: {}\nconcurrency: x\njobs: { a: b }\n',
  ],

  ['unpinned-uses', 'a tag', workflow({ steps: '- uses: some/action@v4' })],
  ['unpinned-uses', 'a branch', workflow({ steps: '- uses: some/action@main' })],
  ['unpinned-uses', 'a short id', workflow({ steps: '- uses: some/action@aaaaaaa' })],
  ['unpinned-uses', 'no version', workflow({ steps: '- uses: some/action' })],
  ['unpinned-uses', 'a container by its tag', workflow({ steps: '- uses: docker://alpine:3' })],
  [
    'unpinned-uses',
    'a reusable workflow by its tag',
    workflow({ job: 'uses: some/repo/.github/workflows/a.yml@v1' }),
  ],
  [
    'unpinned-uses',
    'a step behind an anchor',
    workflow({ top: 'x-step: &step { uses: some/action@v1 }', steps: '- *step' }),
  ],
  [
    'unpinned-uses',
    'a job behind an anchor',
    `${workflow({})}  other: &job\n    steps: [{ uses: some/action@v1 }]\n  third: *job\n`,
  ],
  ['unpinned-uses', 'npx without a version', script('npx -y model-policy gate')],
  ['unpinned-uses', 'an image by its tag', workflow({ job: 'container: node:24', top: 'env: { A: b }' })],
  [
    'unpinned-uses',
    'the image of an action of our own',
    'name: a\nruns: { using: docker, image: "docker://alpine:3" }\n',
  ],

  ['excessive-permissions', 'none named', workflow({ permissions: '' })],
  ['excessive-permissions', 'none named, by an empty key', workflow({ permissions: 'permissions:' })],
  ['excessive-permissions', 'write-all', workflow({ permissions: 'permissions: write-all' })],
  ['excessive-permissions', 'write-all of a job', workflow({ job: 'permissions: write-all' })],
  ['excessive-permissions', 'a permission to write', workflow({ job: 'permissions: { contents: write }' })],
  [
    'excessive-permissions',
    'a permission to write behind an anchor',
    workflow({ top: 'x-all: &all { contents: write }', job: 'permissions: *all' }),
  ],
  [
    'excessive-permissions',
    'a permission to write for the whole workflow',
    workflow({ permissions: 'permissions: { id-token: write }' }),
  ],

  [
    'untrusted-checkout',
    'the head by its id',
    checkedOut('ref: "${{ github.event.pull_request.head.sha }}"'),
  ],
  [
    'untrusted-checkout',
    'the head, triggers as a list',
    checkedOut('ref: "${{ github.head_ref }}"', '[push, pull_request_target]'),
  ],
  [
    'untrusted-checkout',
    'the head, triggers as a map',
    checkedOut('ref: "${{ github.head_ref }}"', '{ pull_request_target: { types: [labeled] } }'),
  ],
  [
    'untrusted-checkout',
    'the head, triggers behind an anchor',
    `x-on: &on pull_request_target\n${checkedOut('ref: "${{ github.head_ref }}"', '[*on]')}`,
  ],
  [
    'untrusted-checkout',
    'the head of a workflow run',
    checkedOut('ref: "${{ github.event.workflow_run.head_sha }}"', 'workflow_run'),
  ],
  ['untrusted-checkout', 'the merge commit', checkedOut('ref: "refs/pull/${{ github.event.number }}/merge"')],
  ['untrusted-checkout', 'the head by way of a variable', checkedOut('ref: "${{ env.REF }}"')],
  [
    'untrusted-checkout',
    'the head by way of an input',
    checkedOut('ref: "${{ inputs.ref }}"', 'workflow_call'),
  ],
  [
    'untrusted-checkout',
    'the head where the base is missing',
    checkedOut('ref: "${{ github.base_ref || github.head_ref }}"'),
  ],
  [
    'untrusted-checkout',
    'the fork',
    checkedOut('repository: "${{ github.event.pull_request.head.repo.full_name }}"'),
  ],
  [
    'untrusted-checkout',
    'the head, by an action in other letters',
    checkedOut('ref: "${{ github.head_ref }}"').replace('actions/checkout', 'Actions/Checkout'),
  ],
  [
    'untrusted-checkout',
    'the head, for a comment on an issue',
    checkedOut('ref: "${{ github.head_ref }}"', '{ issue_comment: { types: [created] } }'),
  ],
  [
    'untrusted-checkout',
    'what the run of a pull request made',
    target(
      `- uses: actions/download-artifact@${sha}\n        with: { run-id: "\${{ github.event.workflow_run.id }}" }`,
      'workflow_run',
    ),
  ],
  ['untrusted-checkout', 'the head, with gh', target('- run: gh pr checkout "$NUMBER"')],
  [
    'untrusted-checkout',
    'the head, with git',
    target('- run: git fetch origin "pull/$N/head" && git -c a=b checkout FETCH_HEAD'),
  ],

  ['template-injection', 'a title in a script', script('echo ${{ github.event.pull_request.title }}')],
  ['template-injection', 'a branch in a script', script('git fetch ${{ github.head_ref }}')],
  ['template-injection', 'braces within the expression', script('echo ${{ fromJSON(\'{"a":1}\').a }}')],
  ['template-injection', 'an expression over two lines', script('echo ${{\n github.head_ref }}')],
  [
    'template-injection',
    'a title in github-script',
    workflow({
      steps: step(
        `- uses: actions/github-script@${sha}\n  with:\n    script: console.log("\${{ github.event.issue.title }}")`,
      ),
    }),
  ],
  [
    'template-injection',
    'a script of an action of our own',
    'name: a\nruns:\n  using: composite\n  steps: [{ run: "echo ${{ inputs.title }}", shell: bash }]\n',
  ],

  [
    'template-injection',
    'a shell that a stranger chooses',
    workflow({ steps: step('- run: echo\n  shell: ${{ github.event.pull_request.title }}') }),
  ],
  [
    'template-injection',
    'a folder that a stranger chooses',
    workflow({ steps: step('- run: echo\n  working-directory: src/${{ github.head_ref }}') }),
  ],
  [
    'template-injection',
    'a shell for all scripts',
    workflow({ top: 'defaults: { run: { shell: "bash ${{ inputs.flags }}" } }' }),
  ],
  [
    'template-injection',
    'a folder for all scripts of a job',
    workflow({
      job: 'defaults: { run: { working-directory: "${{ github.base_ref || github.head_ref }}" } }',
    }),
  ],
  [
    'template-injection',
    'a variable that is evaluated',
    workflow({ steps: step('- env: { TITLE: "${{ github.head_ref }}" }\n  run: eval "$TITLE"') }),
  ],

  ['artipacked', 'a checkout as it is', workflow({ steps: `- uses: ${checkout}` })],
  [
    'artipacked',
    'credentials that are kept',
    workflow({ steps: `- uses: ${checkout}\n        with: { persist-credentials: true }` }),
  ],

  ['merge-group-missing', 'pull_request as a text', workflow({ on: 'pull_request' })],
  ['merge-group-missing', 'pull_request in a list', workflow({ on: '[push, pull_request]' })],
  [
    'merge-group-missing',
    'a merge group that is gone',
    workflow({ on: '{ pull_request: , merge_group: { types: [destroyed] } }' }),
  ],
  ['merge-group-missing', 'pull_request in a map', workflow({ on: '{ pull_request: }' })],

  ['secrets-outside-environment', 'a secret', workflow({ job: 'env: { A: "${{ secrets.KEY }}" }' })],
  [
    'secrets-outside-environment',
    'a secret by its name in brackets',
    workflow({ job: `env: { A: "\${{ secrets['KEY'] }}" }` }),
  ],
  [
    'secrets-outside-environment',
    'a secret beside the own token',
    workflow({ job: 'env: { A: "${{ secrets.GITHUB_TOKEN || secrets.KEY }}" }' }),
  ],
  [
    'secrets-outside-environment',
    'a secret in capitals',
    workflow({ job: 'env: { A: "${{ SECRETS.KEY }}" }' }),
  ],
  ['secrets-outside-environment', 'all secrets', workflow({ job: 'env: { A: "${{ toJSON(secrets) }}" }' })],
  [
    'secrets-outside-environment',
    'a secret for every job',
    workflow({ top: 'env: { A: "${{ secrets.KEY }}" }' }),
  ],
  ['secrets-outside-environment', 'secrets handed on', workflow({ job: 'secrets: inherit' })],
  [
    'secrets-outside-environment',
    'an environment without a name',
    workflow({ job: 'environment: ""\n    env: { A: "${{ secrets.KEY }}" }' }),
  ],

  [
    'skippable-gate',
    'a gate whose failure is caught in an action of our own',
    'name: a\nruns: { using: composite, steps: [{ run: model-policy gate || true, shell: bash }] }\n',
  ],
  ['skippable-gate', 'a gate whose failure is caught', script('model-policy gate || true')],

  ['self-hosted-runner', 'a machine of its own', machine('self-hosted')],
  ['self-hosted-runner', 'a machine by its labels', machine('[self-hosted, linux]', 'pull_request_target')],
  [
    'self-hosted-runner',
    'a machine of a group',
    machine('{ group: ours, labels: [self-hosted] }', 'issue_comment'),
  ],
  ['concurrency-missing', 'no concurrency', workflow({}).replace('concurrency: model-policy\n', '')],
]

const faultless: [string, string][] = [
  ['nothing special', workflow({})],
  ['an action by its commit id', workflow({ steps: `- uses: some/action@${sha} # v4` })],
  ['a container by its digest', workflow({ steps: `- uses: docker://alpine@sha256:${'b'.repeat(64)}` })],
  ['an action of the repository', workflow({ steps: '- uses: ./.github/actions/build' })],
  ['a workflow of the repository', workflow({ job: 'uses: ./.github/workflows/build.yml' })],
  ['a pinned reusable workflow', workflow({ job: `uses: some/repo/.github/workflows/a.yml@${sha}` })],
  ['npx with an exact version', script('npx -y pnpm@12.21.0 install --frozen-lockfile')],
  ['npx of what is installed', script('npx --no model-policy gate')],
  ['a program that is installed', script('node_modules/.bin/model-policy gate --wait 30')],
  [
    'a title in the environment',
    workflow({ job: 'env: { TITLE: "${{ github.event.pull_request.title }}" }' }),
  ],
  [
    'a title in the environment of a step',
    workflow({ steps: step('- env: { TITLE: "${{ github.head_ref }}" }\n  run: echo "$TITLE"') }),
  ],
  [
    'the head checked out where no secrets are',
    checkedOut('ref: "${{ github.event.pull_request.head.sha }}"', '[pull_request, merge_group]'),
  ],
  [
    'the base checked out where secrets are',
    checkedOut('ref: "${{ github.event.pull_request.base.ref || github.event.merge_group.base_sha }}"'),
  ],
  ['the default branch checked out', checkedOut('ref: "${{ github.event.repository.default_branch }}"')],
  ['a branch by its name', checkedOut('ref: main, repository: acme/tools')],
  [
    'the head fetched as objects',
    target('- run: git fetch --no-tags origin "+refs/pull/$NUMBER/head:refs/remotes/pull/head"'),
  ],
  ['the own token', workflow({ job: 'env: { A: "${{ secrets.GITHUB_TOKEN }}" }' })],
  [
    'a secret in an environment',
    workflow({ job: 'environment: mint\n    env: { A: "${{ secrets.KEY }}" }' }),
  ],
  [
    'a permission to write in an environment',
    workflow({ job: 'environment: mint\n    permissions: { contents: write }' }),
  ],
  ['permissions to read all', workflow({ permissions: 'permissions: read-all' })],
  ['a machine of its own for pushes', machine('self-hosted', 'push')],
  [
    'a merge group as it is',
    workflow({ on: '{ pull_request: , merge_group: { types: [checks_requested] } }' }),
  ],
  [
    'a merge group in a text',
    workflow({ on: '{ pull_request: , merge_group: { types: checks_requested } }' }),
  ],
  [
    'a shell and a folder of the workflow',
    workflow({
      top: 'defaults: { run: { shell: bash, working-directory: "${{ matrix.folder }}" } }',
      steps: step('- run: echo\n  working-directory: ${{ github.workspace }}/app'),
    }),
  ],
  [
    'what another job of the run made',
    target(`- uses: actions/download-artifact@${sha}\n        with: { name: a }`, 'workflow_run'),
  ],
  [
    'an image by its digest, in an action of our own',
    `name: a\nruns: { using: docker, image: "docker://alpine@sha256:${'b'.repeat(64)}" }\n`,
  ],
  ['an action of our own that is built', 'name: a\nruns: { using: docker, image: Dockerfile }\n'],
  ['a workflow for pushes alone', workflow({ on: 'push' })],
  ['concurrency by job', workflow({ job: 'concurrency: x' }).replace('concurrency: model-policy\n', '')],
  [
    'an action of our own',
    `name: a\nruns:\n  using: composite\n  steps: [{ uses: some/action@${sha} }, { run: echo, shell: bash }]\n`,
  ],
]

describe('lintWorkflow', () => {
  it.each(faults)('%s: finds %s', (rule, _name, text) => expect(rules(text)).toEqual([rule]))
  it.each(faultless)('finds nothing wrong with %s', (_name, text) =>
    expect(lintWorkflow(text, 'a.yml')).toEqual([]),
  )

  it('tells the line of a step behind an anchor', () => {
    const text = workflow({ top: 'x-step: &step { uses: some/action@v1 }', steps: '- *step' })
    expect(lintWorkflow(text, 'a.yml')).toMatchObject([{ line: 4 }])
  })
  it.each([
    ['of texts', '[a]', ['workflow-unreadable']],
    ['of nothing', '[]', []],
  ])('ends with anchors %s that grow without measure', (_name, first, found) => {
    const levels = Array.from({ length: 12 }, (_, at) => `x${at + 1}: &x${at + 1} [${`*x${at},`.repeat(9)}]`)
    expect(rules(workflow({ top: [`x0: &x0 ${first}`, ...levels].join('\n') }))).toEqual(found)
  })
})

describe('localUses', () => {
  it('names the workflows and actions of the repository that jobs and steps use', () => {
    const jobs =
      'a: { uses: ./.github/workflows/b.yml }, c: { steps: [{ uses: ./tools/x/ }, { uses: d/e@v1 }, { run: f }] }'
    expect(localUses(`jobs: { ${jobs} }`)).toEqual(['.github/workflows/b.yml', 'tools/x'])
    expect(localUses('runs: { steps: [{ uses: ./other }] }')).toEqual(['other'])
    expect(localUses('jobs: [')).toEqual([])
  })
})
