import { countOf, type Escalation, type MeasuredChange, type Policy, renderProse } from '@policy/core'
import type { Work } from '../workspace/measure-work.ts'
import { visible } from './visible.ts'
import { crossedLines, fileLines, sizeOf } from './work-text.ts'

/** Everything a person needs to answer an escalation: its prose, what was measured again against the thresholds, and where the two differ. */
export function describeRequest(escalation: Escalation, work: Work, policy: Policy): string {
  const { base, measured } = work
  const { grant } = policy.document.escalation
  const uses = 'model' in escalation.request ? countOf(grant.maxCalls, 'call') : 'exactly that, once,'
  const crossed = crossedLines(policy, measured)
  const differing = differences(escalation.measured, measured)
  return [
    renderProse(escalation),
    `Measured again, from ${base.slice(0, 12)} to what lies here:`,
    `  ${sizeOf(measured)}`,
    ...fileLines(work).map((line) => `  ${line}`),
    '',
    ...(crossed.length === 0
      ? ['It crosses no threshold of the policy.']
      : ['It crosses thresholds of the policy:']),
    ...crossed.map((line) => `  ${line}`),
    ...(differing.length === 0
      ? ['The numbers of the file are the same.']
      : ['THE NUMBERS OF THE FILE ARE OTHERS:', ...differing.map((line) => `  ${line}`)]),
    '',
    `A yes grants ${escalation.agent} ${uses} within ${grant.expiresIn}.`,
    '',
  ].join('\n')
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
