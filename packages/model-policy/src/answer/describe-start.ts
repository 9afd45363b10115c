import { countOf, type Policy } from '@policy/core'
import type { Start, UncountedWork } from './start-of.ts'
import { crossedLines, fileLines, sizeOf } from './work-text.ts'

/** The commits from which a grant would count. */
export interface CountedFrom {
  /** As the escalation names it. */
  named: string
  /** Where that and the work here part: what is measured from. */
  measured: string
}

/** What a person must know of where a grant counts from, each as a paragraph of its own; nothing where it counts all the work. */
export function describeStart(start: Start, { named, measured }: CountedFrom, policy: Policy): string {
  const paragraphs = [
    ...(named === measured
      ? []
      : [
          [
            `WHAT LIES HERE DOES NOT BUILD ON THE COMMIT THAT IT NAMES, ${short(named)}.`,
            `It was measured from ${short(measured)}, the last commit of both. Look at it on the branch that it is about.`,
          ],
        ]),
    ...(start.type === 'later' ? [describeUncounted(start, measured, policy)] : []),
    ...(start.type === 'unknown'
      ? [
          [
            'NOBODY CAN SAY HERE WHETHER IT COUNTS ALL THE WORK.',
            `This clone does not know where the work left ${policy.document.merge.protectedBranches.join(', ') || 'a protected branch'}, so what came before ${short(measured)} was not looked at.`,
          ],
        ]
      : []),
  ]
  return paragraphs.length === 0 ? '' : `${paragraphs.map((lines) => `\n${lines.join('\n')}\n`).join('')}\n`
}

function describeUncounted(
  { branch, commits, between, whole }: UncountedWork,
  from: string,
  policy: Policy,
): string[] {
  const crossed = crossedLines(policy, whole.measured)
  return [
    `WORK IS LEFT OUT: ${countOf(commits, 'commit')} BEFORE ${short(from)} ${commits === 1 ? 'IS' : 'ARE'} NOT COUNTED.`,
    `The work left ${nameOf(branch)} at ${short(whole.base)}. A grant counts from ${short(from)}, and holds nothing before it to its paths or to a threshold:`,
    `  ${sizeOf(between.measured)}`,
    ...fileLines(between).map((line) => `  ${line}`),
    `All of it, from ${short(whole.base)} to what lies here:`,
    `  ${sizeOf(whole.measured)}`,
    ...(crossed.length === 0
      ? ['  It crosses no threshold of the policy.']
      : ['  It crosses thresholds of the policy:', ...crossed.map((line) => `    ${line}`)]),
    `Where these commits are merged already, fetch ${nameOf(branch)} and look again.`,
  ]
}

const short = (commit: string) => commit.slice(0, 12)
const nameOf = (ref: string) => ref.replace(/^refs\/(?:remotes|heads)\//, '')
