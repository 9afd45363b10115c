import { lstat } from 'node:fs/promises'
import { join } from 'node:path'
import { defaultPolicyCases, parsePolicy } from '@policy/core'
import { policyFiles, readText } from '@policy/local'
import { logKeysFile, logKeysIn } from '../audit/machine-key.ts'
import type { PlannedFile } from './planned-file.ts'
import { withLines } from './planned-file.ts'
import { planTemplates } from './plan-templates.ts'
import { planWorkflows } from './plan-workflow.ts'
import { policyText } from './policy-text.ts'
import type { Standing } from './read-standing.ts'

/** What a repository is set up with. */
export interface PlanSetUpOptions {
  top: string
  standing: Standing
  /** Who may approve, where the policy is yet to be written. */
  people: readonly string[]
  /** The default branch, where it is known. */
  branch: string | undefined
  /** Whether pull requests are judged on GitHub: the workflows, and a section in the template. */
  workflow: boolean
  /** Put what init writes in the place of a workflow that differs. */
  replace: boolean
}

/** What setting up would do in the repository, file by file, and what it leaves to do. */
export interface SetUpPlan {
  files: readonly PlannedFile[]
  missing: readonly string[]
}

/** What no commit may carry: the log, whose parallel branches would fork it, and private keys of sealers. */
const ignored = ['MODEL_AUDIT.log', 'MODEL_AUDIT.log.*', '*.skey']

/**
 * Plan what a repository lacks, reading only.
 *
 * @throws what reading the policy throws; `usage` for a label that no workflow can hold.
 */
export async function planSetUp(options: PlanSetUpOptions): Promise<SetUpPlan> {
  const { top, standing, workflow, replace } = options
  const written = await readText(policyFiles(top).policy)
  const policy = written ?? policyText(options.people, options.branch)
  const { document } = await parsePolicy(policy, { file: policyFiles(top).policy })
  const files: PlannedFile[] = [
    ...(await planPolicy(top, written, policy)),
    ...planIdentity(standing),
    await planLogKeys(top, standing),
    await planIgnored(top),
  ]
  const missing: string[] = []
  if (written === undefined && options.branch === undefined) {
    missing.push(
      'which branch is the default is not to be seen here: name it in merge.protectedBranches, then policy sign',
    )
  }
  if (workflow) {
    const planned = await planWorkflows(top, document.escalation.approvers.label, replace)
    if (planned.missing !== undefined) missing.push(planned.missing)
    files.push(...planned.files, ...(await planTemplates(top)))
  }
  return { files: await Promise.all(files.map((file) => keepLink(top, file))), missing }
}

async function planPolicy(top: string, written: string | undefined, text: string): Promise<PlannedFile[]> {
  const path = 'model-policy.yaml'
  if (written !== undefined) return [{ type: 'keep', path }]
  // cases are the default policy's own, so they come with it or not at all
  const cases = 'model-policy.test.yaml'
  const casesThere = (await readText(join(top, cases))) !== undefined
  const about = 'run them with: model-policy policy test'
  return [
    { type: 'create', path, text },
    casesThere
      ? { type: 'keep', path: cases }
      : { type: 'create', path: cases, text: defaultPolicyCases, about },
  ]
}

function planIdentity({ identity }: Standing): PlannedFile[] {
  const [keys, signature] = ['.model-policy/keys.json', '.model-policy/policy.sig']
  if (identity === 'present')
    return [
      { type: 'keep', path: keys },
      { type: 'keep', path: signature },
    ]
  return [
    { type: 'create', path: keys, about: "your public keys: a signer's and an approver's" },
    { type: 'create', path: signature, about: 'over the policy and the keys, as they lie there' },
  ]
}

async function planLogKeys(top: string, { log, makesLogKey }: Standing): Promise<PlannedFile> {
  const path = logKeysFile
  const before = await readText(join(top, path))
  if (log !== undefined)
    return withLines(path, before, logKeysIn(before).includes(log.vkey) ? [] : [log.vkey])
  if (!makesLogKey) return { type: 'keep', path }
  const about = "the public key that this machine's log is sealed with"
  return before === undefined
    ? { type: 'create', path, about }
    : { type: 'keep', path, because: `it gets a line: ${about}` }
}

async function planIgnored(top: string): Promise<PlannedFile> {
  const before = await readText(join(top, '.gitignore'))
  const lines = before?.split(/\r?\n/) ?? []
  return withLines(
    '.gitignore',
    before,
    ignored.filter((line) => !lines.includes(line)),
  )
}

/** A link may lead out of the repository, and writing would put a file in its place. */
async function keepLink(top: string, file: PlannedFile): Promise<PlannedFile> {
  if (file.type === 'keep') return file
  const found = await lstat(join(top, file.path)).catch(() => undefined)
  if (found === undefined || found.isFile()) return file
  const added = file.type === 'add' ? `: add to what it leads to: ${file.added.join(' | ')}` : ''
  return { type: 'keep', path: file.path, because: `it is no plain file${added}` }
}
