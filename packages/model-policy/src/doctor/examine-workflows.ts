import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { lintForm, type LintFinding, lintRules, lintWorkflow, localUses } from '@policy/github'
import { readText } from '@policy/local'
import { lockedProgram } from '../set-up/locked-program.ts'
import type { Diagnosis } from './diagnosis.ts'

/** Whether a workflow gates pull requests, and what is wrong with those that do and with forms that could put the label on. */
export async function examineWorkflows(top: string, label: string): Promise<Diagnosis[]> {
  const workflows = await textsIn(top, '.github/workflows')
  const ours = workflows.filter(({ text }) => /\bmodel-policy\b/.test(text))
  const used = await textsUsedBy(top, ours)
  const forms = [
    ...(await textsIn(top, '.github/ISSUE_TEMPLATE')),
    ...(await textsIn(top, '.github/DISCUSSION_TEMPLATE')),
    ...(await textsIn(top, '.github')).filter(({ path }) => /labeler\.ya?ml$/.test(path)),
  ]
  const findings = [
    ...[...ours, ...used].flatMap(({ path, text }) => lintWorkflow(text, path)),
    ...forms.flatMap(({ path, text }) => lintForm(text, path, label)),
  ]
  const about = 'workflow'
  const present: Diagnosis =
    ours.length > 0 && [...ours, ...used].some(isGate)
      ? { level: 'ok', about, saw: ours.map(({ path }) => path).join(', ') }
      : {
          level: 'warning',
          about,
          saw: 'no workflow runs model-policy gate',
          fix: 'model-policy init --workflow',
        }
  return [present, ...(await examineProgram(top, ours)), ...findings.map(diagnose)]
}

/** Whether the workflows that run what the lock file names find it there: else they judge nothing. */
async function examineProgram(top: string, workflows: readonly TextFile[]): Promise<Diagnosis[]> {
  const { program, missing } = await lockedProgram(top)
  const runner = workflows.find(({ text }) => text.includes(program))
  if (missing === undefined || runner === undefined) return []
  const fix = 'commit a lock file that names it, such as by npm install --save-dev model-policy'
  return [{ level: 'error', about: 'workflow', saw: `${runner.path} cannot run ${program}: ${missing}`, fix }]
}

/** Whether a workflow or an action runs the gate: the one that only tells the verdict is none. */
const isGate = ({ text }: TextFile) => /\bgate\b/.test(text.replaceAll(/^\s*#.*$/gm, ''))

const diagnose = (lint: LintFinding): Diagnosis => ({
  level: lint.level,
  about: 'workflow',
  saw: `${lint.file}:${lint.line}: ${lint.message}`,
  fix: `${lintRules[lint.rule]} (${lint.rule})`,
  lint,
})

/** The repository's own workflows and actions that workflows use, and those that these use. */
async function textsUsedBy(top: string, users: readonly TextFile[]): Promise<TextFile[]> {
  const known = new Set(users.map(({ path }) => path))
  const found: TextFile[] = []
  const waiting = users.flatMap(({ text }) => localUses(text))
  for (let path = waiting.shift(); path !== undefined; path = waiting.shift()) {
    // a workflow is named as a file, an action as its folder
    const files = /\.ya?ml$/.test(path) ? [path] : [`${path}/action.yml`, `${path}/action.yaml`]
    for (const file of files.filter((one) => !known.has(one))) {
      known.add(file)
      const text = await readText(join(top, file))
      if (text === undefined) continue
      found.push({ path: file, text })
      waiting.push(...localUses(text))
    }
  }
  return found
}

interface TextFile {
  /** Below the repository's top. */
  path: string
  text: string
}

/** The YAML and Markdown files right in a folder; none where there is no folder. */
async function textsIn(top: string, folder: string): Promise<TextFile[]> {
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
