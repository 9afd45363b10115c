import { sarifLog, type Spot, type VetRule } from '../sarif/sarif-log.ts'
import type { VetFile } from '../vetter/vet-subject.ts'
import type { Vetter } from '../vetter/vetter.ts'
import { environmentSent } from './environment-sent.ts'
import { isScript } from './file-kinds.ts'

// The names of js-x-ray's warnings, and ours. What honest code holds every day is reported and does not block.
const rules: Readonly<Record<string, VetRule>> = {
  'data-exfiltration': { severity: 'critical', about: 'Facts of the machine are gathered and sent away.' },
  'environment-sent': {
    severity: 'critical',
    about: 'The whole environment, secrets included, goes into a network call.',
  },
  'serialize-environment': { severity: 'high', about: 'The whole environment is turned into text.' },
  'obfuscated-code': { severity: 'high', about: 'Code that hides what it does cannot be reviewed.' },
  'suspicious-file': { severity: 'high', about: 'The file is full of encoded text.' },
  'unsafe-stmt': { severity: 'high', about: 'Text is run as code (eval, Function).' },
  unreadable: { severity: 'high', about: 'A script that cannot be parsed cannot be vetted.' },
  'unsafe-import': { severity: 'medium', about: 'What is imported is decided while the program runs.' },
  'unsafe-command': { severity: 'medium', about: 'A command is run that malware often runs.' },
  'suspicious-literal': { severity: 'medium', about: 'Text that looks encoded.' },
  'shady-link': { severity: 'low', about: 'A link to a place that is often misused.' },
  'encoded-literal': { severity: 'low', about: 'Text in an encoding.' },
  'weak-crypto': { severity: 'low', about: 'A hash that does not withstand attacks.' },
  'sql-injection': { severity: 'medium', about: 'SQL is put together from text.' },
}

const largest = 1024 * 1024

/** JavaScript and TypeScript that does what honest code seldom needs to, by `@nodesecure/js-x-ray` and a rule of our own. */
export const riskyCode: Vetter = {
  id: 'risky-code',
  version: '1',
  applies: ({ files }) => files.some(isChangedScript),
  async run({ files }) {
    const [{ AstAnalyser }, { codeOnly, parseScript }] = await Promise.all([
      import('@nodesecure/js-x-ray'),
      import('./parse-script.ts'),
    ])
    const analyse = (file: VetFile): Spot[] => {
      const { path, text } = file
      if (text === undefined) return [unreadable(path, 'it holds NUL bytes')]
      if (text.length > largest) return [unreadable(path, `it is longer than ${largest} characters`)]
      try {
        const analyser = new AstAnalyser({ customParser: { parse: (source) => parseScript(path, source) } })
        const { warnings } = analyser.analyse(text)
        const known = warnings.filter(({ kind }) => Object.hasOwn(rules, kind))
        return [
          ...known.flatMap(({ kind, value, location }) =>
            spansOf(location).map((span) => ({
              rule: kind,
              path,
              ...span,
              message: `${rules[kind]?.about} Seen: ${(value ?? kind).slice(0, 120)}`,
            })),
          ),
          ...environmentSent(file, codeOnly),
        ]
      } catch (error) {
        return [unreadable(path, (error as Error).message.split('\n', 1)[0] ?? '')]
      }
    }
    return sarifLog(riskyCode, rules, files.filter(isChangedScript).flatMap(analyse))
  },
}

const isChangedScript = (file: VetFile) =>
  file.kind === 'file' && isScript(file) && (file.changedLines.size > 0 || file.text === undefined)

const unreadable = (path: string, why: string): Spot => ({
  rule: 'unreadable',
  path,
  message: `this script cannot be vetted: ${why}`,
})

/** Where a warning of js-x-ray lies: one `[[line, column], [line, column]]` or a list of them; line 0 means the whole file. */
function spansOf(location: unknown): Pick<Spot, 'line' | 'endLine'>[] {
  const places = Array.isArray(location) ? location : []
  const isList = Array.isArray(places[0]) && Array.isArray(places[0][0])
  const spans = (isList ? places : [places]).map((place: unknown) => {
    const [line, , endLine = line]: unknown[] = Array.isArray(place) ? place.flat() : []
    return typeof line === 'number' && line >= 1 && typeof endLine === 'number' ? { line, endLine } : {}
  })
  return spans.length === 0 ? [{}] : spans
}
