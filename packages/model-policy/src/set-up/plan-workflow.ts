import { join } from 'node:path'
import { commentWorkflowText, mintWorkflowText, workflowText } from '@policy/github'
import { readText } from '@policy/local'
import { lockedProgram } from './locked-program.ts'
import type { PlannedFile } from './planned-file.ts'

/** Where workflows lie, below the repository's top. */
const folder = '.github/workflows'

/**
 * The workflow that judges pull requests, the one that mints, the one that tells the verdict, and what is yet to be done for them. One that is there and
 * differs is kept, unless `replace`.
 */
export async function planWorkflows(
  top: string,
  label: string,
  replace: boolean,
): Promise<{ files: PlannedFile[]; missing?: string }> {
  const { missing, ...program } = await lockedProgram(top)
  const files = [
    await planFile(top, `${folder}/model-policy.yml`, workflowText(program), replace),
    await planFile(top, `${folder}/model-policy-mint.yml`, mintWorkflowText({ label, ...program }), replace),
    await planFile(top, `${folder}/model-policy-comment.yml`, commentWorkflowText(program), replace),
  ]
  const isWritten = files.some(({ type }) => type !== 'keep')
  return {
    files,
    ...(missing === undefined || !isWritten ? {} : { missing: `${missing.saw}: ${missing.fix}` }),
  }
}

async function planFile(top: string, path: string, text: string, replace: boolean): Promise<PlannedFile> {
  const before = await readText(join(top, path))
  if (before === text) return { type: 'keep', path }
  if (before === undefined || replace)
    return { type: before === undefined ? 'create' : 'replace', path, text }
  const because = 'it differs from what init writes; --replace puts that in its place'
  return { type: 'keep', path, because }
}
