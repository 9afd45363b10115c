import { countOf, type PolicyTestReport } from '@policy/core'

/** A report for people: a line for each case, what differs, and the rules that no case reached. */
export function policyTestText({ results, coverage }: PolicyTestReport): string {
  const lines = results.flatMap(({ name, differences }) => [
    `${differences.length === 0 ? 'ok  ' : 'FAIL'}  ${name}`,
    ...differences.map((difference) => `        ${difference}`),
  ])
  const failed = results.filter(({ differences }) => differences.length > 0).length
  const missed = coverage.filter(({ cases }) => cases === 0).map(({ rule }) => rule)
  const reached = `${coverage.length - missed.length} of ${countOf(coverage.length, 'rule')} reached`
  const untested = missed.length === 0 ? [] : [`no case reaches: ${missed.join(', ')}`]
  return `${[...lines, `${countOf(results.length, 'case')}, ${failed} failed; ${reached}`, ...untested].join('\n')}\n`
}
