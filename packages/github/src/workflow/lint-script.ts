import type { Fault } from './lint-step.ts'
import { expressionsIn } from './workflow-source.ts'

/** A word of a shell's, quoted in part or whole. */
const word = String.raw`(?:'[^']*'|"(?:\\[^]|[^"\\])*"|[^\s'";&|])+`
const shells = String.raw`(?:ba|da|k|z)?sh`

/** Text that is run as a program: what `eval` is given, or the program that an interpreter finds on its command line. */
const evaluated = [
  /(?:^|[;&|({!]|\b(?:then|do|else)\s)[^\S\n]*eval\s+([^\n;&|]*)/gm,
  new RegExp(String.raw`\b${shells}\s+(?:-\S+\s+)*?-\w*c\s+(${word})`, 'g'),
  new RegExp(
    String.raw`\b(?:node|perl|ruby|python[\d.]*)\s+(?:-\S+\s+)*?(?:-[cep]|--eval|--print)[\s=]+(${word})`,
    'g',
  ),
]

/** A program that runs or unpacks whatever reaches it; not one that is given its program and reads data. */
const taker = [
  String.raw`${shells}\b(?!\s+(?:-\w*c\b|[\w./]))`,
  String.raw`(?:node|perl|ruby|python[\d.]*)\b(?!\s+(?:-\w*[cempn]|[\w./]))`,
  String.raw`(?:bsdtar|tar|unzip|cpio|patch)\b`,
].join('|')
const piped = (sources: string) =>
  new RegExp(String.raw`\b(?:${sources})\s[^\n;]*?\|\s*(?:sudo\s+(?:-\S+\s+)*)?(?:[\w./]+/)?(?:${taker})`)
const substituted = new RegExp(
  String.raw`(?:\b(?:${shells}|eval|source|node|python[\d.]*)|(?:^|\s)\.)\s[^\n;|]*[<$]\(\s*(?:curl|wget)\b`,
  'm',
)

/** What puts something into the working tree that a pull request may have brought: by git, by GitHub's own program, or as a patch. */
const checkoutCommands = [
  /\bgit\b[^\n;&|]*[\s='"!](?:am|apply|archive|checkout|checkout-index|cherry-pick|clone|merge|pull|read-tree|rebase|reset|restore|revert|stash|submodule|subtree|switch|worktree)(?![\w-])/,
  /\bgit\b[^\n;&|]*\s(?:show|cat-file)\s[^\n;&|]*>/,
  /\bgh\s+(?:pr\s+checkout|repo\s+clone|run\s+download)\b/,
  /\bgh\s+api\b[^\n;&|]*\b(?:tar|zip)ball\b/,
  /\bpatch\s+[-<]/,
  piped('curl|wget|gh|git'),
]

/** A line that writes for the steps after it, and one that does so with nothing but fixed words. */
const environmentWritten = /^.*(?:>|\btee\b[^\n;|]*)\s*["']?\$\{?GITHUB_(?:ENV|PATH)\b.*$/gm
const fixedWords = /^\s*echo\s[^$`]*>>?\s*["']?\$\{?GITHUB_(?:ENV|PATH)\}?["']?\s*$/

/** What a shell runs of a script: its comments left out, a command over several lines as one. */
export const commandsOf = (script: string): string =>
  script.replaceAll(/^\s*#.*$/gm, '').replaceAll(/\\\r?\n/g, ' ')

/** The faults of a shell script. `trusted` says that it runs where secrets may be although a stranger set it off. */
export function* faultsOfScript(script: string, trusted: boolean): Generator<Fault> {
  const [found] = expressionsIn(script) // in comments too: what is filled in may begin a new line
  if (found !== undefined) yield ['template-injection', `\${{${found}}} is interpolated into a script`, []]
  const commands = commandsOf(script)
  for (const text of evaluated.flatMap((one) => [...commands.matchAll(one)]).map(([, text = '']) => text)) {
    const [variable] = /\$\{?[a-z_]\w*/i.exec(expandedIn(text)) ?? []
    if (variable !== undefined)
      yield ['template-injection', `what is in ${variable} is run as a program: ${text.trim()}`, []]
  }
  for (const name of fetchedByName(commands)) {
    yield ['unpinned-uses', `${name} is fetched and run without an exact version`, []]
  }
  const [fetched] = piped('curl|wget').exec(commands) ?? substituted.exec(commands) ?? []
  if (fetched !== undefined)
    yield ['unpinned-uses', `"${fetched.trim()}" runs or unpacks what is there today`, []]
  const written = trusted && commands.match(environmentWritten)?.find((line) => !fixedWords.test(line))
  if (written) {
    yield ['github-env', `"${written.trim()}" may set any variable of the steps after it`, []]
  }
  const [checkout] = (trusted && firstOf(checkoutCommands, commands)) || []
  if (checkout !== undefined) {
    yield [
      'untrusted-checkout',
      `"${checkout.trim()}" may put what a pull request brings into the working tree`,
      [],
    ]
  }
}

/** The part of a command in which a shell puts variables: nothing between single quotes, or behind a backslash. */
const expandedIn = (text: string) =>
  text.replaceAll(/"(?:\\[^]|[^"\\])*"|'[^']*'|\\[^]/g, (quoted) =>
    quoted.startsWith('"') ? quoted.replaceAll(/\\[^]/g, '') : '',
  )

const firstOf = (patterns: readonly RegExp[], text: string) =>
  patterns.map((pattern) => pattern.exec(text)).find((found) => found !== null)

/** Runs a package by its name, or installs packages by theirs. */
const running =
  /(?:^|[\s;&|(])(?:npx|pnpx|bunx|(?:pnpm|yarn|bun)\s+(?:dlx|x)|npm\s+(?:exec|x))\s+([^\n;&|)]*)/g
const installing =
  /(?:^|[\s;&|(])(?:npm|pnpm|yarn|bun)\s+(?:-\S+\s+|global\s+)*(?:i|in|ins|install|add)\s+([^\n;&|)]*)/g
const optionWithValue =
  /(?:^|\s)(?:-[Cw]|--(?:prefix|dir|cwd|filter|workspace|registry|cache|omit|include|only))[\s=]+\S+/g

/** Packages that a script fetches by name, such as `npx x` and `npm install --global x`, without saying which version. */
function fetchedByName(commands: string): string[] {
  const run = [...commands.matchAll(running)]
    .map(wordsOf)
    .filter((words) => !words.includes('--no') && !words.includes('--no-install'))
    .map((words) => words.find(isName))
  const installed = [...commands.matchAll(installing)].flatMap(wordsOf).filter(isName)
  return [...run, ...installed]
    .filter((name) => name !== undefined)
    .filter((name) => !/@\d+\.\d+\.\d+(?:[-+][\w.+-]+)?["']?$/.test(name))
}

const wordsOf = ([, rest = '']: RegExpMatchArray) =>
  rest.replaceAll(optionWithValue, '').split(/\s+/).filter(Boolean)

const isName = (text: string) => /^["']?[@\w$]/.test(text)
