import { stat } from 'node:fs/promises'
import { verifyLog } from '@policy/audit'
import { countOf } from '@policy/core'
import type { Host } from '../command-line/host.ts'
import type { Workspace } from '../workspace/open-workspace.ts'
import type { Diagnosis } from './diagnosis.ts'
import { gitSays } from '../workspace/git-says.ts'

const about = 'log'

/** Whether git leaves the audit log alone, and whether the log is sealed and verifies under the key that this machine has pinned. */
export async function examineLog(host: Host, workspace: Workspace): Promise<Diagnosis[]> {
  return [...(await examineIgnored(host, workspace.repository.top)), ...(await examineSeal(workspace))]
}

/** What shows more than a seal beside the log can. */
const beyondLimits =
  'seal as another user than the agents, keep checkpoints elsewhere, and compare: model-policy audit verify --at-least <checkpoint>'

/** The log in a commit forks with every branch, and publishes who did what. */
async function examineIgnored(host: Host, top: string): Promise<Diagnosis[]> {
  const tracked = await gitSays(host, top, ['ls-files', '-z', '--', 'MODEL_AUDIT.log', 'MODEL_AUDIT.log.*'])
  const [first] = tracked.split('\0')
  if (first) {
    return [
      {
        level: 'error',
        about: 'git',
        saw: `git tracks ${first}`,
        fix: `git rm --cached ${first}, and commit`,
      },
    ]
  }
  const names = ['MODEL_AUDIT.log', 'MODEL_AUDIT.log.checkpoint']
  const ignored = await gitSays(host, top, ['check-ignore', '--', ...names])
  if (ignored.split('\n').length > names.length) return []
  const saw = 'git does not ignore MODEL_AUDIT.log and what lies beside it'
  return [{ level: 'warning', about: 'git', saw, fix: 'model-policy init adds the lines to .gitignore' }]
}

async function examineSeal({ paths, trust }: Workspace): Promise<Diagnosis[]> {
  const path = paths.auditLog
  const there = await stat(path).catch(() => undefined)
  if (there === undefined) return [{ level: 'ok', about, saw: `there is no ${path} yet` }]
  if (trust.log === undefined) {
    const saw = `nothing shows whether ${path} was altered: no log key is pinned`
    const fix =
      'a person makes one, as another user than the agents: model-policy audit key --new; or pins that of another sealer: model-policy trust --log-key'
    return [{ level: 'warning', about, saw, fix }]
  }
  const report = await verifyLog({ path, vkey: trust.log.vkey, origin: trust.log.origin })
  const { lines } = report.unsealed
  return [
    ...report.faults.map(({ code, message }): Diagnosis => ({
      level: 'error',
      about,
      saw: `${message} [${code}]`,
      fix:
        code === 'log_missing'
          ? 'if it was never sealed: model-policy audit seal; else look for a copy of its checkpoint'
          : 'keep all files as they are, and see what differs: model-policy audit verify',
    })),
    ...(report.type === 'verified'
      ? [
          {
            level: 'ok',
            about,
            saw: `${countOf(report.lines, 'line')}, ${lines} of them not sealed yet`,
          } as const,
        ]
      : []),
    ...report.limits.map((saw): Diagnosis => ({ level: 'warning', about, saw, fix: beyondLimits })),
  ]
}
