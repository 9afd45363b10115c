import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { lintForm, type LintFinding, lintWorkflow } from '@policy/github'
import type { Diagnosis } from './diagnosis.ts'

/** Whether a workflow gates pull requests, and what is wrong with those that do and with forms that could put the label on. */
export async function examineWorkflows(top: string, label: string): Promise<Diagnosis[]> {
  const workflows = await textsIn(top, '.github/workflows')
  const ours = workflows.filter(({ text }) => /\bmodel-policy\b/.test(text))
  const forms = [
    ...(await textsIn(top, '.github/ISSUE_TEMPLATE')),
    ...(await textsIn(top, '.github')).filter(({ path }) => /labeler\.ya?ml$/.test(path)),
  ]
  const findings = [
    ...ours.flatMap(({ path, text }) => lintWorkflow(text, path)),
    ...forms.flatMap(({ path, text }) => lintForm(text, path, label)),
  ]
  const about = 'workflow'
  const present: Diagnosis =
    ours.length > 0
      ? { level: 'ok', about, saw: ours.map(({ path }) => path).join(', ') }
      : {
          level: 'warning',
          about,
          saw: 'no workflow runs model-policy',
          fix: 'add .github/workflows/model-policy.yml: docs/pull-requests.md',
        }
  return [present, ...findings.map(diagnose)]
}

const diagnose = (lint: LintFinding): Diagnosis => ({
  level: lint.level,
  about: 'workflow',
  saw: `${lint.file}:${lint.line}: ${lint.message}`,
  fix: `see ${lint.rule} in docs/pull-requests.md`,
  lint,
})

/** The YAML and Markdown files right in a folder; none where there is no folder. */
async function textsIn(top: string, folder: string): Promise<{ path: string; text: string }[]> {
  const names = await readdir(join(top, folder)).catch(() => [])
  const read = names
    .filter((name) => /\.(?:ya?ml|md)$/.test(name))
    .toSorted()
    .map(async (name) => ({
      path: `${folder}/${name}`,
      text: await readFile(join(top, folder, name), 'utf8'),
    }))
  return Promise.all(read)
}
