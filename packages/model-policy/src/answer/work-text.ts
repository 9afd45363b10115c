import { assessChange, type MeasuredChange, type Policy } from '@policy/core'
import type { Work } from '../workspace/measure-work.ts'
import { visible } from './visible.ts'

const shownFiles = 20

/** The size of measured work, in one line. */
export function sizeOf({ changedFiles, changedLines, modules, sensitive }: MeasuredChange): string {
  return `files: ${changedFiles}, lines: ${changedLines}, modules: ${modules.length}, sensitive paths: ${sensitive.length}`
}

/** A line for each file of measured work, those on sensitive paths first; of many the first twenty, and how many more there are. */
export function fileLines({ files, measured }: Work): string[] {
  const sensitive = new Set(measured.sensitive.map(({ path }) => path))
  const isSensitive = ({ path, from = path }: Work['files'][number]) =>
    sensitive.has(path) || sensitive.has(from)
  const sorted = [...files.filter(isSensitive), ...files.filter((file) => !isSensitive(file))]
  const lines = sorted.map(({ path, from, added, deleted }) => {
    const name = from === undefined ? visible(path) : `${visible(from)} -> ${visible(path)}`
    return `${name}  +${added ?? '?'} -${deleted ?? '?'}`
  })
  const more = lines.length > shownFiles ? [`… and ${lines.length - shownFiles} more`] : []
  return [...lines.slice(0, shownFiles), ...more]
}

/** A line for each threshold of the policy that measured work crosses. */
export function crossedLines(policy: Policy, measured: MeasuredChange): string[] {
  return assessChange(policy, measured).map(({ saw, reason }) => `${visible(saw)}: ${reason}`)
}
