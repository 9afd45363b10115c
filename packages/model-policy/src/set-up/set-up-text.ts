import type { PlannedFile } from './planned-file.ts'
import type { SetUpPlan } from './plan-set-up.ts'
import type { Standing } from './read-standing.ts'

/** Whether setting up leaves everything as it is. */
export const changesNothing = ({ files }: SetUpPlan, { identity, makesLogKey }: Standing): boolean =>
  identity === 'present' && !makesLogKey && files.every(({ type }) => type === 'keep')

/** What setting up does to each file, for people: lines that are added are shown, files that stay only where that asks for a person. */
export function setUpText(
  { files }: SetUpPlan,
  places: readonly (readonly [path: string, about: string])[],
): string {
  const inside = files.flatMap(describe)
  const outside = places.map(([path, about]) => `  create   ${path} (${about})`)
  return [...inside, ...(outside.length > 0 ? ['Outside the repository:', ...outside] : [])]
    .map((line) => `${line}\n`)
    .join('')
}

/** What a person needs to know once their keys are made, and types next. */
export function adviceText(
  person: string,
  others: readonly string[],
  signer: string,
  { files }: SetUpPlan,
  /** From where the person is to the repository's top; empty at the top. */
  toTop: string,
): string {
  const named = files.map(({ path }) => path.replace(/^(\.model-policy)\/.*/, '$1'))
  const paths = new Set(named.map((path) => (toTop === '' ? path : `${toTop}/${path}`)))
  const alone =
    others.length === 0
      ? `You alone can approve: an agent's escalations you can answer, but nobody can answer what you ask for yourself.\n`
      : ''
  return [
    alone,
    `Keys of ${person} lie in your configuration folder, outside the repository. Run agents as another user, or they can read what you can.\n`,
    `Next:\n  git add ${[...paths].join(' ')} && git commit -m "Set up the model policy"\n`,
    '  model-policy check --model gpt-5-mini\n  model-policy doctor      # what is left to do\n',
    `Other machines and users pin your key once: model-policy trust --signer ${signer.slice(0, 12)}\n`,
  ].join('')
}

function describe(file: PlannedFile): string[] {
  switch (file.type) {
    case 'create': {
      const lines = file.text === undefined ? undefined : `${file.text.split('\n').length - 1} lines`
      const about = [lines, file.about].filter((part) => part !== undefined).join('; ')
      return [`  create   ${file.path}${about === '' ? '' : ` (${about})`}`]
    }
    case 'add':
      return [`  add to   ${file.path}`, ...file.added.map((line) => `             + ${line}`.trimEnd())]
    case 'replace':
      return [`  replace  ${file.path} (${file.text.split('\n').length - 1} lines)`]
    case 'keep':
      return file.because === undefined ? [] : [`  keep     ${file.path}: ${file.because}`]
  }
}
