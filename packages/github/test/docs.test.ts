import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { runLint } from './support/actionlint.ts'
import { lintRules } from '../src/workflow/lint-finding.ts'
import { lintWorkflow } from '../src/workflow/lint-workflow.ts'

const page = readFileSync(join(import.meta.dirname, '../../../docs/pull-requests.md'), 'utf8')

it('shows a workflow in which the lint and actionlint find nothing', async () => {
  const [, workflow = ''] = /```yaml\n(name: model-policy\n[^]*?)```/.exec(page) ?? []
  expect(workflow).toContain('command: mint')
  expect(lintWorkflow(workflow, 'model-policy.yml')).toEqual([])
  expect(await runLint(workflow, '.github/workflows/model-policy.yml')).toEqual([])
}, 20_000)

it('names every rule of the lint', () => {
  const named = [...page.matchAll(/^\| `([a-z-]+)` \|/gm)].map(([, rule]) => rule)
  expect(named).toEqual(
    expect.arrayContaining(Object.keys(lintRules).filter((rule) => rule !== 'workflow-unreadable')),
  )
})
