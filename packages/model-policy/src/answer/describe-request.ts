import {
  countOf,
  assessChange,
  type Escalation,
  type MeasuredChange,
  type Policy,
  renderProse,
} from '@policy/core'
import type { Work } from '../workspace/measure-work.ts'
import { visible } from './visible.ts'

const shownFiles = 20

/** Everything a person needs to answer an escalation: its prose, what was measured again against the thresholds, and where the two differ. */
export function describeRequest(
  escalation: Escalation,
  { base, files, measured }: Work,
  policy: Policy,
): string {
  const { grant } = policy.document.escalation
  const uses = 'model' in escalation.request ? countOf(grant.maxCalls, 'call') : 'exactly that, once,'
  const crossed = assessChange(policy, measured)
  const differing = differences(escalation.measured, measured)
  const rows = files.map(
    ({ path, added, deleted }) => `  ${visible(path)}  +${added ?? '?'} -${deleted ?? '?'}`,
  )
  const more = rows.length > shownFiles ? [`  … and ${rows.length - shownFiles} more`] : []
  return [
    renderProse(escalation),
    `Measured again, from ${base.slice(0, 12)} to what lies here:`,
    `  ${sizeOf(measured)}`,
    ...rows.slice(0, shownFiles),
    ...more,
    '',
    ...(crossed.length === 0
      ? ['It crosses no threshold of the policy.']
      : ['It crosses thresholds of the policy:']),
    ...crossed.map(({ saw, reason }) => `  ${visible(saw)}: ${reason}`),
    ...(differing.length === 0
      ? ['The numbers of the file are the same.']
      : ['THE NUMBERS OF THE FILE ARE OTHERS:', ...differing.map((line) => `  ${line}`)]),
    '',
    `A yes grants ${escalation.agent} ${uses} within ${grant.expiresIn}.`,
    '',
  ].join('\n')
}

function sizeOf({ changedFiles, changedLines, modules, sensitive }: MeasuredChange): string {
  return `files: ${changedFiles}, lines: ${changedLines}, modules: ${modules.length}, sensitive paths: ${sensitive.length}`
}

function differences(claimed: Escalation['measured'], measured: MeasuredChange): string[] {
  if (claimed === null) {
    return measured.changedFiles === 0 ? [] : ['it says that nothing has changed yet']
  }
  const paths = measured.sensitive.map(({ path }) => path)
  const unsaid = paths.filter((path) => !claimed.sensitive.includes(path))
  const counts = [
    ['files', claimed.changedFiles, measured.changedFiles],
    ['lines', claimed.changedLines, measured.changedLines],
    ['modules', claimed.modules, measured.modules.length],
  ] as const
  return [
    ...counts
      .filter(([, said, found]) => said !== found)
      .map(([name, said, found]) => `${name}: it says ${said}, there are ${found}`),
    ...unsaid.map((path) => `it does not name the sensitive path ${visible(path)}`),
  ]
}
