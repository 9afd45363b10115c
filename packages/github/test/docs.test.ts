import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { runLint } from './support/actionlint.ts'
import { commentWorkflowText } from '../src/workflow/comment-workflow-text.ts'
import { lintRules } from '../src/workflow/lint-finding.ts'
import { lintWorkflow } from '../src/workflow/lint-workflow.ts'

const workflows = join(import.meta.dirname, '../../../.github/workflows')
const page = readFileSync(join(import.meta.dirname, '../../../docs/pull-requests.md'), 'utf8')

it('shows a workflow in which the lint and actionlint find nothing', async () => {
  const [, workflow = ''] = /```yaml\n(# Judges[^]*?)```/.exec(page) ?? []
  expect(workflow).toContain('bin/model-policy gate')
  expect(lintWorkflow(workflow, 'model-policy.yml')).toEqual([])
  expect(await runLint(workflow, '.github/workflows/model-policy.yml')).toEqual([])
}, 20_000)

it('shows another that mints, likewise', async () => {
  const [, workflow = ''] = /```yaml\n(# Turns[^]*?)```/.exec(page) ?? []
  expect(workflow).toContain('bin/model-policy mint')
  expect(lintWorkflow(workflow, 'model-policy-mint.yml')).toEqual([])
  expect(await runLint(workflow, '.github/workflows/model-policy-mint.yml')).toEqual([])
}, 20_000)

it('shows another for the comment, likewise', async () => {
  const [, workflow = ''] = /```yaml\n(# Tells[^]*?)```/.exec(page) ?? []
  expect(workflow).toContain('bin/model-policy comment')
  expect(lintWorkflow(workflow, 'model-policy-comment.yml')).toEqual([])
  expect(await runLint(workflow, '.github/workflows/model-policy-comment.yml')).toEqual([])
}, 20_000)

it.each(readdirSync(workflows))(
  'has no fault in our own %s',
  async (name) => {
    const text = readFileSync(join(workflows, name), 'utf8')
    expect(lintWorkflow(text, name)).toEqual([])
    expect(await runLint(text, `.github/workflows/${name}`)).toEqual([])
  },
  20_000,
)

it('has a comment workflow of our own that is the one written for others, but for what is installed and run', () => {
  const install = 'npx -y pnpm@12.21.0 install --frozen-lockfile'
  const program = 'node --conditions=@policy/source packages/model-policy/src/main.ts'
  const own = readFileSync(join(workflows, 'model-policy-comment.yml'), 'utf8')
  expect(own).toBe(commentWorkflowText({ install, program }))
})

it('names every rule of the lint', () => {
  const named = [...page.matchAll(/^\| `([a-z-]+)` \|/gm)].map(([, rule]) => rule)
  expect(named).toEqual(
    expect.arrayContaining(Object.keys(lintRules).filter((rule) => rule !== 'workflow-unreadable')),
  )
})
