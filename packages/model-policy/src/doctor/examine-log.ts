import { stat } from 'node:fs/promises'
import { verifyLog } from '@policy/audit'
import type { Workspace } from '../workspace/open-workspace.ts'
import type { Diagnosis } from './diagnosis.ts'

/** Whether the audit log is sealed and verifies under the key that this machine has pinned. */
export async function examineLog({ paths, trust }: Workspace): Promise<Diagnosis[]> {
  const about = 'log'
  const path = paths.auditLog
  const there = await stat(path).catch(() => undefined)
  if (there === undefined) return [{ level: 'ok', about, saw: `there is no ${path} yet` }]
  if (trust.log === undefined) {
    const saw = `nothing shows whether ${path} was altered: no log key is pinned`
    return [
      {
        level: 'warning',
        about,
        saw,
        fix: 'seal it on another host, and pin the key: model-policy trust --log-key',
      },
    ]
  }
  const report = await verifyLog({ path, vkey: trust.log.vkey, origin: trust.log.origin })
  if (report.type === 'failed') {
    return report.faults.map(({ message }) => ({
      level: 'error',
      about,
      saw: message,
      fix: 'model-policy audit verify',
    }))
  }
  const { lines } = report.unsealed
  return [
    { level: 'ok', about, saw: `${report.lines} lines, ${lines} of them not sealed yet` },
    ...report.limits.map((saw): Diagnosis => ({ level: 'warning', about, saw })),
  ]
}
