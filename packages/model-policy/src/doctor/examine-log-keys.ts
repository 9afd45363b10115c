import { join } from 'node:path'
import { verifierKey } from '@policy/audit'
import { readText } from '@policy/local'
import { logKeysFile, logKeysIn } from '../audit/machine-key.ts'
import type { Workspace } from '../workspace/open-workspace.ts'
import type { Diagnosis } from './diagnosis.ts'

const about = 'log keys'
const addLine = `model-policy audit key >> ${logKeysFile}, by a pull request`

/** Whether evidence from this machine will verify on pull requests: every listed key is one, and this machine's is among them. */
export async function examineLogKeys({ repository, trust }: Workspace): Promise<Diagnosis[]> {
  const listed = logKeysIn(await readText(join(repository.top, logKeysFile)))
  const malformed = listed
    .filter((line) => !isVerifierKey(line))
    .map((line): Diagnosis => {
      const saw = `${logKeysFile} has a line that is no log key: ${line.slice(0, 60)}`
      return { level: 'error', about, saw, fix: 'one key a line, as `model-policy audit key` prints it' }
    })
  if (malformed.length > 0) return malformed
  if (trust.log !== undefined && !listed.includes(trust.log.vkey)) {
    const saw = `${logKeysFile} does not list the key that this machine's log is sealed with`
    return [{ level: 'warning', about, saw, fix: addLine }]
  }
  if (listed.length === 0) {
    const saw = `there is no ${logKeysFile}: no evidence on a pull request verifies`
    return [{ level: 'warning', about, saw, fix: `model-policy audit key --new, then ${addLine}` }]
  }
  return [{ level: 'ok', about, saw: `${listed.length} in ${logKeysFile}` }]
}

/** Whether a line is a public log key (C2SP signed-note): its id is that of its name and key. */
function isVerifierKey(line: string): boolean {
  const [, name = '', encoded = ''] = /^([^+\s]+)\+[0-9a-f]{8}\+(\S+)$/.exec(line) ?? []
  const key = Buffer.from(encoded, 'base64')
  const x = key.subarray(1).toString('base64url')
  return key.length === 33 && verifierKey(name, { x }) === line
}
