import { join } from 'node:path'
import { lintForm, type LintFinding, lintRules, lintWorkflow } from '@policy/github'
import { readText } from '@policy/local'
import { lockedProgram } from '../set-up/locked-program.ts'
import type { Diagnosis } from './diagnosis.ts'
import { ownWorkflows, runs, type TextFile, textsIn, textsUsedBy } from './workflow-texts.ts'

const about = 'workflow'

/** The file that `init` writes the gate into. */
const usualPath = '.github/workflows/model-policy.yml'

/** Whether a workflow gates pull requests, and what is wrong with those that do and with forms that could put the label on. */
export async function examineWorkflows(top: string, label: string): Promise<Diagnosis[]> {
  const ours = await ownWorkflows(top)
  const used = await textsUsedBy(top, ours)
  const usual = await readText(join(top, usualPath))
  const forms = [
    ...(await textsIn(top, '.github/ISSUE_TEMPLATE')),
    ...(await textsIn(top, '.github/DISCUSSION_TEMPLATE')),
    ...(await textsIn(top, '.github')).filter(({ path }) => /labeler\.ya?ml$/.test(path)),
  ]
  const findings = [
    ...[...ours, ...used].flatMap(({ path, text }) => lintWorkflow(text, path)),
    ...forms.flatMap(({ path, text }) => lintForm(text, path, label)),
  ]
  const present: Diagnosis =
    ours.length > 0 && [...ours, ...used].some((file) => runs('gate', file))
      ? { level: 'ok', about, saw: ours.map(({ path }) => path).join(', ') }
      : {
          level: 'warning',
          about,
          saw: 'no workflow runs model-policy gate',
          // one that is there and does something else is never replaced unasked
          fix: `model-policy init --workflow${usual === undefined ? '' : ' --replace'}`,
        }
  return [present, ...(await examineProgram(top, ours)), ...findings.map(diagnose)]
}

/** Whether the workflows that run what the lock file names find it there, and nothing else. */
async function examineProgram(top: string, workflows: readonly TextFile[]): Promise<Diagnosis[]> {
  const { program, missing } = await lockedProgram(top)
  const runner = workflows.find(({ text }) => text.includes(program))
  if (missing === undefined || runner === undefined) return []
  const saw = `${runner.path} runs ${program}: ${missing.saw}`
  return [{ level: 'error', about, saw, fix: missing.fix }]
}

const diagnose = (lint: LintFinding): Diagnosis => ({
  level: lint.level,
  about,
  saw: `${lint.file}:${lint.line}: ${lint.message}`,
  fix: `${lintRules[lint.rule]} (${lint.rule})`,
  lint,
})
