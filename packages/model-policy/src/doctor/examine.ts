import { pathMatcher, PolicyError } from '@policy/core'
import { openRepository } from '@policy/local'
import type { Host } from '../command-line/host.ts'
import { defaultBranch } from '../workspace/default-branch.ts'
import { openWorkspace, type Workspace } from '../workspace/open-workspace.ts'
import type { Diagnosis } from './diagnosis.ts'
import { examineKeys } from './examine-keys.ts'
import { examineLog } from './examine-log.ts'
import { examineLogKeys } from './examine-log-keys.ts'
import { examineMinter } from './examine-minter.ts'
import { examineWorkflows } from './examine-workflows.ts'

/** The label that a policy which cannot be read would have by default. */
const usualLabel = 'model:codex-approve'

/** Look a repository's set-up over: git, policy and trust, keys, audit log, workflows. What cannot be looked at is told as a fault. */
export async function examine(host: Host): Promise<Diagnosis[]> {
  const repository = await attempt('git', () => openRepository(host.cwd, { env: host.env }))
  if ('fault' in repository) return [repository.fault]
  const { top } = repository.value
  const found: Diagnosis[] = [{ level: 'ok', about: 'git', saw: `the working tree ${top}` }]
  const opened = await attempt('policy', () => openWorkspace({ cwd: host.cwd, env: host.env }))
  const workspace = 'fault' in opened ? undefined : opened.value
  if ('fault' in opened) found.push(opened.fault)
  else found.push(...examinePolicy(opened.value, await defaultBranch(host, repository.value)))
  const looks = [
    attempt('keys', () => examineKeys(host, top, workspace)),
    attempt('workflow', () =>
      examineWorkflows(top, workspace?.policy.document.escalation.approvers.label ?? usualLabel),
    ),
    ...(workspace
      ? [
          attempt('minter', () => examineMinter(workspace, host.clock())),
          attempt('log', () => examineLog(host, workspace)),
          attempt('log keys', () => examineLogKeys(workspace)),
        ]
      : []),
  ]
  for (const look of await Promise.all(looks)) found.push(...('fault' in look ? [look.fault] : look.value))
  return found
}

function examinePolicy({ policy, serial, trust }: Workspace, branch: string | undefined): Diagnosis[] {
  const { approvers } = policy.document.escalation
  const { protectedBranches } = policy.document.merge
  const about = 'policy'
  return [
    { level: 'ok', about, saw: `${policy.digest}, signed as serial ${serial} for ${trust.repository}` },
    ...(approvers.people.length === 0
      ? [
          {
            level: 'warning',
            about,
            saw: 'nobody can approve: escalation.approvers.people is empty',
            fix: 'name people there, then: model-policy policy sign',
          } as const,
        ]
      : []),
    ...(branch !== undefined && !protectedBranches.some((one) => pathMatcher(one)(branch))
      ? [
          {
            level: 'warning',
            about,
            saw: `what is merged into ${branch}, the default branch, needs no review: merge.protectedBranches does not name it`,
            fix: 'add it there, then: model-policy policy sign',
          } as const,
        ]
      : []),
    ...(policy.document.enforcement === 'observe'
      ? [
          {
            level: 'warning',
            about,
            saw: 'it only observes: nothing is refused',
            fix: 'set enforcement: enforce',
          } as const,
        ]
      : []),
  ]
}

/** For what says itself what is wrong, or what nobody foresaw. */
const usualFix = 'put right what the message tells, and run model-policy doctor again'

async function attempt<Value>(
  about: string,
  look: () => Promise<Value>,
): Promise<{ value: Value } | { fault: Diagnosis }> {
  try {
    return { value: await look() }
  } catch (error) {
    const saw = error instanceof Error ? error.message : String(error)
    const remedy = PolicyError.is(error) ? error.remedy : undefined
    const fix = remedy === undefined || saw.includes(remedy) ? usualFix : remedy
    return { fault: { level: 'error', about, saw, fix } }
  }
}
