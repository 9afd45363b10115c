type Reader = (text: string) => readonly string[] | Promise<readonly string[]>

const readers: Readonly<Record<string, Reader>> = {
  'package.json': (text) => {
    const manifest = tableOf(JSON.parse(text))
    const groups = ['dependencies', 'devDependencies', 'peerDependencies', 'optionalDependencies']
    return groups.flatMap((group) => keysOf(manifest[group]))
  },
  'composer.json': (text) => {
    const manifest = tableOf(JSON.parse(text))
    return [...keysOf(manifest['require']), ...keysOf(manifest['require-dev'])]
  },
  'go.mod': (text) => [
    ...[...text.matchAll(/^\s*(?:require\s+)?(?!retract\b)(\S+)\s+v\d/gm)].map(([, name = '']) => name),
    // what stands in for a module is code that runs, too
    ...[...text.matchAll(/=>\s*(\S+)/g)].map(([, name = '']) => name),
  ],
  'pom.xml': (text) =>
    [...text.matchAll(/<dependency>(.*?)<\/dependency>/gs)].map(([, body = '']) => {
      const of = (tag: string) => new RegExp(`<${tag}>\\s*(.*?)\\s*</${tag}>`, 's').exec(body)?.[1] ?? '?'
      return `${of('groupId')}:${of('artifactId')}`
    }),
  'requirements.txt': (text) => text.split(/\r?\n/).flatMap(requirement),
  'Cargo.toml': async (text) => {
    const manifest = await parseToml(text)
    const targets = Object.values(tableOf(manifest['target'])).map(tableOf)
    const holders = [manifest, tableOf(manifest['workspace']), ...targets]
    const groups = ['dependencies', 'dev-dependencies', 'build-dependencies']
    return holders.flatMap((holder) => groups.flatMap((group) => keysOf(holder[group])))
  },
  'pyproject.toml': async (text) => {
    const manifest = await parseToml(text)
    const project = tableOf(manifest['project'])
    const poetry = tableOf(tableOf(manifest['tool'])['poetry'])
    const groups = Object.values(tableOf(poetry['group'])).map(tableOf)
    const lists = [
      project['dependencies'],
      ...Object.values(tableOf(project['optional-dependencies'])),
      ...Object.values(tableOf(manifest['dependency-groups'])),
    ]
    const named = lists.flatMap((list) => (Array.isArray(list) ? list : []))
    return [
      ...named.filter((item) => typeof item === 'string').flatMap(requirement),
      ...[poetry, ...groups].flatMap((holder) =>
        ['dependencies', 'dev-dependencies'].flatMap((key) => keysOf(holder[key])),
      ),
    ]
  },
}

/** Whether `dependenciesOf` knows how to read a file of this name. */
export function namesDependencies(path: string): boolean {
  return readerOf(path) !== undefined
}

/** The packages that a manifest's text names, without versions; `undefined` when the text is not in the manifest's form. */
export async function dependenciesOf(path: string, text: string): Promise<readonly string[] | undefined> {
  if (text === '') return []
  try {
    return [...new Set(await readerOf(path)?.(text))]
  } catch {
    return undefined
  }
}

function readerOf(path: string): Reader | undefined {
  const name = path.slice(path.lastIndexOf('/') + 1)
  return Object.hasOwn(readers, name) ? readers[name] : undefined
}

type Table = Readonly<Record<string, unknown>>

const tableOf = (value: unknown): Table =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Table) : {}

const keysOf = (value: unknown) => Object.keys(tableOf(value))

async function parseToml(text: string): Promise<Table> {
  const { parse } = await import('smol-toml')
  return parse(text)
}

/** The package that a line in the form of PEP 508 names, if any; a URL or a file is named whole. */
function requirement(line: string): string[] {
  const text = line.replace(/(?:^|\s)#.*$/, '').trim()
  if (text === '' || text.startsWith('--')) return []
  return [/^[A-Za-z0-9][A-Za-z0-9._-]*(?=\s*(?:[[;@<>=!~(,]|$))/.exec(text)?.[0].toLowerCase() ?? text]
}
