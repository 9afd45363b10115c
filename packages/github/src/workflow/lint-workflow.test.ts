import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { runLint } from '../../test/support/actionlint.ts'
import { lintForm } from './lint-form.ts'
import { lintWorkflow } from './lint-workflow.ts'
import { sarifOf } from './sarif-of.ts'
import { mintWorkflowText } from './mint-workflow-text.ts'
import { workflowText } from './workflow-text.ts'

const file = '.github/workflows/model-policy.yml'
const own = readFileSync(join(import.meta.dirname, '../../../..', file), 'utf8')
const ownMint = readFileSync(
  join(import.meta.dirname, '../../../../.github/workflows/model-policy-mint.yml'),
  'utf8',
)
const rulesOf = (text: string) => lintWorkflow(text, file).map(({ rule }) => rule)

describe('our own workflow', () => {
  it('has no fault that this lint knows', () => expect(lintWorkflow(own, file)).toEqual([]))
  it('has none that actionlint knows', async () => {
    expect(await runLint(own, file)).toEqual([])
    expect(await runLint(own.replace('runs-on', 'runs-off'), file)).not.toEqual([])
  }, 20_000)
})

describe('lintWorkflow', () => {
  it.each<[string, string, string, string]>([
    [
      'an action by its tag',
      /actions\/setup-node@\w+/.exec(own)?.[0] ?? '',
      'actions/setup-node@v4',
      'unpinned-uses',
    ],
    [
      'an action by a short id',
      /actions\/setup-node@\w+/.exec(own)?.[0] ?? '',
      'actions/setup-node@49933ea',
      'unpinned-uses',
    ],
    ['no permissions', 'permissions: {}\n', '', ''], // every job names its own
    ['write-all', 'permissions: {}', 'permissions: write-all', ''],
    [
      'a job that may write',
      '      contents: read\n      pull-requests: read',
      '      contents: write\n      pull-requests: read',
      'excessive-permissions',
    ],
    [
      'a checkout of the head',
      'ref: ${{ github.event.repository.default_branch }}',
      'ref: ${{ github.event.pull_request.head.sha }}',
      'untrusted-checkout',
    ],
    [
      'a checkout of the fork',
      'ref: ${{ github.event.repository.default_branch }}',
      'repository: ${{ github.event.pull_request.head.repo.full_name }}',
      'untrusted-checkout',
    ],
    [
      'a title in a script',
      'gate --wait 30',
      'gate --wait 30 ${{ github.event.pull_request.title }}',
      'template-injection',
    ],
    ['kept credentials', 'persist-credentials: false', 'persist-credentials: true', 'artipacked'],
    ['no merge queue', '  merge_group:\n    types: [checks_requested]\n', '', 'merge-group-missing'],
    [
      'a secret without an environment',
      '    environment: model-policy-mint\n',
      '',
      'secrets-outside-environment',
    ],
    ['no concurrency', /    concurrency:\n(?: {6}.*\n){2}/.exec(own)?.[0] ?? '', '', 'concurrency-missing'],
    [
      'a gate that may be skipped',
      '    name: model-policy\n',
      "    name: model-policy\n    if: github.event_name != 'pull_request_target'\n",
      'skippable-gate',
    ],
    [
      'a gate that waits for another job',
      '    name: model-policy\n',
      '    name: model-policy\n    needs: [other]\n',
      'skippable-gate',
    ],
    [
      'a step of the gate that may be skipped',
      '      - name: Judge\n',
      '      - name: Judge\n        if: github.actor == 1\n',
      'skippable-gate',
    ],
    [
      'a gate whose failure is none',
      '    name: model-policy\n',
      '    name: model-policy\n    continue-on-error: true\n',
      'skippable-gate',
    ],
    ...['container: node:24', 'container: { image: node:24 }', 'services: { db: { image: postgres } }'].map(
      (given): [string, string, string, string] => [
        `a job with ${given}`,
        '    name: model-policy\n',
        `    name: model-policy\n    ${given}\n`,
        'unpinned-uses',
      ],
    ),
    [
      'an image by its digest', // nothing to find
      '    name: model-policy\n',
      `    name: model-policy\n    container: node@sha256:${'0'.repeat(64)}\n`,
      '',
    ],
    ['something that is no workflow', own, 'jobs: [', 'workflow-unreadable'],
  ])('finds %s', (_name, before, after, rule) => {
    const text = own.includes(before) ? own : ownMint
    expect(text).toContain(before)
    const found = rulesOf(text.replace(before, after))
    if (rule === '') expect(found).toEqual([])
    else expect(found).toContain(rule)
  })

  it('finds a job that takes what the repository gives', () => {
    const text = 'on: push\njobs:\n  a:\n    runs-on: x\n    steps: []\n'
    expect(rulesOf(text)).toContain('excessive-permissions')
    expect(rulesOf(`permissions: write-all\n${text}`)).toContain('excessive-permissions')
  })

  it('tells the line', () => {
    const [finding] = lintWorkflow(own.replace('gate --wait 30', 'gate ${{ github.head_ref }}'), file)
    const line = own.split('\n').findIndex((text) => text.includes('gate --wait 30')) + 1
    expect(finding).toMatchObject({ rule: 'template-injection', line })
  })
})

describe('lintForm', () => {
  const label = 'model:codex-approve'
  it.each([
    [
      'an issue form',
      '.github/ISSUE_TEMPLATE/bug.yml',
      'name: Bug\nlabels: [bug, "Model:Codex-Approve"]\n',
      2,
    ],
    [
      'a template',
      '.github/ISSUE_TEMPLATE/bug.md',
      '---\nname: Bug\nlabels: bug, model:codex-approve\n---\n',
      3,
    ],
    ['a labeler', '.github/labeler.yml', 'model:codex-approve:\n  - src/**\n', 1],
  ])('finds the approval label in %s', (_name, path, text, line) => {
    expect(lintForm(text, path, label)).toMatchObject([{ rule: 'approval-label-in-form', line }])
  })
  it('leaves other labels alone', () => expect(lintForm('labels: [bug]', 'a.yml', label)).toEqual([]))
})

describe('sarifOf', () => {
  it('is SARIF 2.1.0, with a rule for every result', () => {
    const findings = lintWorkflow(own.replaceAll('persist-credentials: false', ''), file)
    const sarif = sarifOf(findings, '0.0.0') as {
      version: string
      runs: { tool: { driver: { rules: { id: string }[] } }; results: { ruleId: string }[] }[]
    }
    const [run] = sarif.runs
    expect(sarif.version).toBe('2.1.0')
    expect(run?.results).toHaveLength(1)
    const ids = run?.tool.driver.rules.map(({ id }) => id)
    for (const { ruleId } of run?.results ?? []) expect(ids).toContain(ruleId)
  })
})

describe('workflowText', () => {
  it("is this repository's own workflow, but for what is installed and run", () => {
    const install = 'npx -y pnpm@12.21.0 install --frozen-lockfile'
    const program = 'node --conditions=@policy/source packages/model-policy/src/main.ts'
    expect(own).toBe(workflowText({ install, program }))
    expect(ownMint).toBe(mintWorkflowText({ label: 'model:codex-approve', install, program }))
  })

  const options = { label: 'model:codex-approve', install: 'npm ci', program: 'model-policy' }
  it.each(['model:codex-approve', 'approved by a person', 'ok/run@v1.2+x'])(
    'takes the label %j',
    async (label) => {
      const text = mintWorkflowText({ ...options, label })
      expect(text).toContain(`github.event.label.name == '${label}'`)
      expect(lintWorkflow(text, file)).toEqual([])
      expect(await runLint(text, file)).toEqual([])
    },
  )
  it.each(["it's", 'a: b', '${{ x }}', 'a\nb', 'a # b', ''])('refuses the label %j', (label) =>
    expect(() => mintWorkflowText({ ...options, label })).toThrow('cannot be written into a workflow'),
  )
})
