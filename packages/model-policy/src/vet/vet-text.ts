import type { VetFinding } from '@policy/vet'
import type { VettedWork } from './vet-work.ts'

/** A report for people: what blocks, what is let stand, what was only noticed, the verdict, and what was looked at. */
export function vetText({ report, base, files }: Pick<VettedWork, 'report' | 'base' | 'files'>): string {
  const { findings, faults, verdict, head, vetters } = report
  const shown = findings.filter(({ inChange }) => inChange)
  return [
    ...faults.map(({ message }) => `failed   ${message}\n`),
    ...shown.map(findingText),
    `${verdict}: ${head}, ${files} ${files === 1 ? 'file' : 'files'} changed since ${base}, by ${vetters.join(', ') || 'nobody: there was nothing to look at'}\n`,
  ].join('')
}

function findingText({ blocks, suppressed, rule, severity, path, line, message }: VetFinding): string {
  const place = path === undefined ? 'no place' : `${path}${line === undefined ? '' : `:${line}`}`
  const what = blocks ? 'blocks' : suppressed ? 'stands' : 'noticed'
  const by = suppressed
    ? ` (let stand by ${suppressed.by} until ${suppressed.until}: ${suppressed.because})`
    : ''
  return `${what.padEnd(8)} ${printable(place)} ${rule} [${severity}] ${printable(message)}${by}\n`
}

/** Text in which nothing acts on a terminal: paths and messages quote what the change's author chose. */
const printable = (text: string) =>
  text.replaceAll(/[\p{Cc}\p{Cf}]/gu, (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`)
