import { sarifLog, type Spot, type VetRule } from '../sarif/sarif-log.ts'
import type { VetFile } from '../vetter/vet-subject.ts'
import type { Vetter } from '../vetter/vetter.ts'
import { changedCommands, changedPieces, changedText, piecesOf } from './changed-text.ts'
import { isAgentInstruction, isProse, isReadByName, isScript, runsCommands } from './file-kinds.ts'
import { hiddenIn } from './hidden-unicode.ts'

const rules = {
  'hidden-unicode': {
    severity: 'high',
    about:
      'Characters that a reader does not see, or that show the text in another order than machines read it.',
  },
  'injected-instruction': {
    severity: 'high',
    about: 'Text that tells a model to forget its orders, to hide something from people, or to act unasked.',
  },
  'unreadable-instruction': {
    severity: 'high',
    about:
      'Instructions or commands that hold NUL bytes cannot be vetted, and are nothing that people write.',
  },
  'suspicious-instruction': {
    severity: 'medium',
    about: 'Prose outside agent instructions that reads like an order to a model.',
  },
  'stand-in': {
    severity: 'high',
    about:
      'A symlink under a name that machines or agents obey: what they read is vetted under no such name.',
  },
  'remote-execution': {
    severity: 'high',
    about:
      'What a server answers is run as it comes: whoever holds the server, or the wire, decides what runs.',
  },
} as const satisfies Record<string, VetRule>

/** What agents and machines are told to do: hidden characters in any text, orders to models in prose, remote execution. */
export const instructions: Vetter = {
  id: 'instructions',
  version: '1',
  applies: ({ files }) => files.length > 0,
  async run({ files }) {
    return sarifLog(instructions, rules, files.flatMap(spotsIn))
  },
}

function spotsIn(file: VetFile): Spot[] {
  const { path } = file
  if (file.kind === 'file' && file.text === undefined && (isAgentInstruction(path) || runsCommands(file))) {
    return [{ rule: 'unreadable-instruction', path, message: 'the file holds NUL bytes' }]
  }
  const lines = changedText(file)
  const prose = isProse(path) || isAgentInstruction(path)
  return [
    ...lines.flatMap(({ line, text }) =>
      hiddenIn(text, { firstOfFile: line === 1 }).map((name) => ({
        rule: 'hidden-unicode',
        path,
        line,
        message: `the line holds ${name}, which a reader does not see`,
      })),
    ),
    ...(prose ? orders(file) : []),
    ...(runsCommands(file) ? remoteExecution(file) : []),
    ...(standsIn(file)
      ? [{ rule: 'stand-in', path, message: `this is a symlink to ${file.text?.slice(0, 120)}` }]
      : []),
  ]
}

const injected = [
  /\b(?:ignore|disregard|forget|override|bypass)\b.{0,40}\b(?:previous|prior|above|earlier|preceding|all|any|your|system|safety)\b.{0,40}\b(?:instruction|rule|prompt|guideline|order|direction|polic(?:y|ie))/i,
  /\b(?:do not|don't|never|without)\s+(?:tell(?:ing)?|inform(?:ing)?|mention(?:ing)?|reveal(?:ing)?|notify(?:ing)?|alert(?:ing)?|show(?:ing)?)\b.{0,40}\b(?:user|human|person|reviewer|developer|maintainer|anyone|this)\b/i,
  /\b(?:send|post|upload|exfiltrate|forward|leak|transmit|curl)\b.{0,80}\b(?:secrets?|tokens?|credentials?|api[ _-]?keys?|private keys?|passwords?|\.env|environment variables?|ssh keys?)\b.{0,80}(?:https?:\/\/|\bto\b)/i,
  /<\|?(?:im_start|im_end|system|endoftext)\|?>|\[\/?INST\]|<<SYS>>|^\s*(?:###\s*)?(?:system|assistant)\s*(?:prompt|message|override)\s*:/i,
  /\byou are now\b.{0,60}\b(?:mode|unrestricted|jailbroken|DAN|root|admin|no longer)\b/i,
  /\b(?:without|no need (?:for|to)|skip|never)\b.{0,20}\b(?:ask(?:ing)?|approv(?:al|e|ing)|confirm(?:ation|ing)?|permission)\b.{0,60}\b(?:run|execute|delete|push|merge|deploy|install)\b|\b(?:approve|merge|label)\b.{0,30}\byour own (?:pull request|escalation|change)/i,
]

/** Orders to a model: in agent instructions and in what HTML hides they count as injected, elsewhere as suspicious. */
function orders(file: VetFile): Spot[] {
  const hidden = commentLines(file.text ?? '')
  const agent = isAgentInstruction(file.path)
  return changedOrders(file).map((line) => ({
    rule: agent || hidden.has(line) ? 'injected-instruction' : 'suspicious-instruction',
    path: file.path,
    line,
    message: `the line reads like an order to a model${hidden.has(line) ? ', in a comment that people do not see' : ''}`,
  }))
}

/** The changed lines that are an order by themselves, or together with the line before or after that is none. */
function changedOrders(file: VetFile): number[] {
  const lines = (file.text ?? '').split('\n')
  return changedText(file).flatMap(({ line, text }) => {
    const [before, after] = [lines[line - 2] ?? '', lines[line] ?? '']
    const isWrapped =
      (isContinued(text) &&
        !isOrder(before) &&
        isOrder(`${before.slice(-reach)} ${plain(text.slice(0, reach))}`)) ||
      (isContinued(after) &&
        !isOrder(after) &&
        isOrder(`${text.slice(-reach)} ${plain(after.slice(0, reach))}`))
    return isOrder(text) || isWrapped ? [line] : []
  })
}

// No pattern is longer.
const reach = 500

const isOrder = (text: string) =>
  [...piecesOf(text), ...piecesOf(text.replaceAll('\r', ' '))].some((piece) => {
    const normal = piece.normalize('NFKC')
    return injected.some((pattern) => pattern.test(normal))
  })

/** Whether a line goes on with a sentence: it is neither empty nor the next item, row or heading. */
const isContinued = (line: string) => !/^\s*(?:$|(?:[-*+]|\d+[.)]|#+)\s|\|)/.test(line)

const plain = (line: string) => line.replace(/^[\s>]+/, '')

/** A symlink that is read for its name, or a folder of such files. */
const standsIn = ({ kind, path }: VetFile) =>
  kind === 'symlink' &&
  ['', '/x.md', '/x.yml', '/workflows/x.yml'].some((below) => isReadByName(`${path}${below}`))

/** The lines that an HTML comment touches. */
function commentLines(text: string): ReadonlySet<number> {
  const lines = new Set<number>()
  let inside = false
  for (const [index, line] of text.split('\n').entries()) {
    const opens = line.lastIndexOf('<!--')
    const closes = line.lastIndexOf('-->')
    if (inside || opens !== -1) lines.add(index + 1)
    if (opens > closes) inside = true
    else if (closes > opens) inside = false
  }
  return lines
}

const download = String.raw`\b(?:curl|wget|iwr|irm|Invoke-WebRequest|Invoke-RestMethod)\b`
const shell = String.raw`(?:sudo\s+(?:-\S+\s+)*)?(?:\S{0,40}\/)?(?:ba|z|da|fi|k)?sh|python[\d.]*|node|perl|ruby|php|iex|Invoke-Expression`
const remote = [
  new RegExp(String.raw`${download}[^|;]{0,400}\|\s*(?:\w+\s*\|\s*)?(?:${shell})(?![\w./-])`, 'i'),
  new RegExp(
    String.raw`(?:\b(?:${shell}|eval|source)|(?:^|\s)\.)\s+(?:-\w+\s+)*["']?(?:<\(|\$\(|${'`'})\s*${download}`,
    'i',
  ),
  /\bbase64\s+(?:-d|-D|--decode)\b[^|;]{0,200}\|\s*(?:\S{0,40}\/)?(?:ba|z|da)?sh\b/i,
  /\b(?:exec|eval)\s*\(\s*(?:requests\.get|urllib\.request\.urlopen|urlopen)\s*\(/i,
  /\b(?:eval|new\s+Function)\s*\(\s*await\s+\(?\s*await\s+fetch\s*\(/i,
]

function remoteExecution(file: VetFile): Spot[] {
  const { path } = file
  // in a program the arguments of a call are told apart: only what stands in one text can be one command
  const commands = isScript(file)
    ? changedPieces(file).flatMap(({ line, text }) =>
        text.split(/['"`]\s*,\s*['"`]/).map((part) => ({ line, text: part })),
      )
    : changedCommands(file)
  const lines = commands
    .filter(({ text }) => remote.some((pattern) => pattern.test(text)))
    .map(({ line }) => line)
  return [...new Set(lines)].map((line) => ({
    rule: 'remote-execution',
    path,
    line,
    message: 'what a server sends is run as it comes: download it, check its digest, then run it',
  }))
}
