import { PolicyError } from '@policy/core'
import type { Log } from 'sarif'

/**
 * A SARIF 2.1.0 log that a vetter gave, with everything that judging it relies on checked.
 *
 * A run that names no results, that says it was not successful, or a log without runs is a scan that did not happen
 * (SARIF 2.1.0 §3.14.23, §3.20.14).
 *
 * @throws `vet_failed` when it is anything else than the log of a finished scan.
 */
export function checkSarif(value: unknown, vetter: string): Log {
  const fault = faultOf(value)
  if (fault === undefined) return value as Log
  throw new PolicyError('vet_failed', `the vetter ${vetter} gave no SARIF that counts: ${fault}`, {
    remedy: 'run the scanner by hand, and see that it writes SARIF 2.1.0 and ends well',
  })
}

function faultOf(log: unknown): string | undefined {
  if (!isRecord(log)) return 'it is no object'
  if (log['version'] !== '2.1.0') return `its version is ${JSON.stringify(log['version'])}, not "2.1.0"`
  if (isFilled(log['inlineExternalProperties'])) return 'it keeps a part of itself outside its runs'
  const runs = log['runs']
  if (!Array.isArray(runs) || runs.length === 0) return 'it holds no run'
  return runs.map(faultOfRun).find((fault) => fault !== undefined)
}

function faultOfRun(run: unknown): string | undefined {
  if (!isRecord(run)) return 'a run is no object'
  const tool = run['tool']
  const driver = isRecord(tool) ? tool['driver'] : undefined
  if (!isRecord(driver) || typeof driver['name'] !== 'string' || driver['name'] === '')
    return 'a run names no tool'
  if (!areRecords(driver['rules'] ?? [])) return 'its rules are not in their form'
  const invocations = run['invocations'] ?? []
  if (!areRecords(invocations)) return 'its invocations are not in their form'
  if (invocations.some(({ executionSuccessful }) => executionSuccessful !== true))
    return 'a run says that it was not successful'
  if (invocations.some(({ exitCode = 0, exitSignalName }) => exitCode !== 0 || exitSignalName !== undefined))
    return 'a run says that its program did not end well'
  const notifications = invocations.flatMap(
    ({ toolExecutionNotifications: executed, toolConfigurationNotifications: configured }) => [
      ...[executed ?? []].flat(),
      ...[configured ?? []].flat(),
    ],
  )
  if (!areRecords(notifications) || notifications.some(({ level }) => level === 'error'))
    return 'a run says that something went wrong in it'
  const elsewhere = run['externalPropertyFileReferences']
  if (isRecord(elsewhere) && isFilled(elsewhere['results'])) return 'a run keeps its results in other files'
  const results = run['results']
  if (!areRecords(results)) return 'a run has no results, not even an empty list'
  return results.every(isResult) ? undefined : 'a result is not in its form'
}

function isResult({ message, locations = [], ruleId = '', level = 'none', kind = 'fail' }: Fields): boolean {
  return (
    isRecord(message) &&
    areRecords(locations) &&
    [ruleId, level].every((member) => typeof member === 'string') &&
    kinds.includes(kind)
  )
}

// SARIF 2.1.0 §3.27.9
const kinds: readonly unknown[] = ['pass', 'open', 'informational', 'notApplicable', 'review', 'fail']

type Fields = Readonly<Record<string, unknown>>

const isRecord = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const isFilled = (value: unknown) => value !== undefined && !(Array.isArray(value) && value.length === 0)

const areRecords = (value: unknown): value is Fields[] => Array.isArray(value) && value.every(isRecord)
