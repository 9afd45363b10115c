import { join } from 'node:path'
import { workflowText } from '@policy/github'
import { readText } from '@policy/local'
import { lockedProgram } from './locked-program.ts'
import type { PlannedFile } from './planned-file.ts'

/** Where the workflow lies, below the repository's top. */
const path = '.github/workflows/model-policy.yml'

/** The workflow that judges pull requests, and what is yet to be done for it. One that is there and differs is kept, unless `replace`. */
export async function planWorkflow(
  top: string,
  label: string,
  replace: boolean,
): Promise<{ file: PlannedFile; missing?: string }> {
  const { missing, ...program } = await lockedProgram(top)
  const text = workflowText({ label, ...program })
  const before = await readText(join(top, path))
  if (before === text) return { file: { type: 'keep', path } }
  if (before !== undefined && !replace) {
    return {
      file: {
        type: 'keep',
        path,
        because: 'it differs from what init writes; --replace puts that in its place',
      },
    }
  }
  const file: PlannedFile = { type: before === undefined ? 'create' : 'replace', path, text }
  return { file, ...(missing === undefined ? {} : { missing }) }
}
