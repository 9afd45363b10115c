import { globSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'

const workspace = join(import.meta.dirname, '..')

/** The files that packages export: what stands in one of them is a name to keep. */
const entries = globSync('packages/*/src/{index,testing,command-line}.ts', { cwd: workspace }).toSorted()

interface PublicName {
  name: string
  file: string
}

/** Every name that an entry takes from a file of its own package. */
function publicNames(entry: string): PublicName[] {
  const source = readFileSync(join(workspace, entry), 'utf8')
  return [...source.matchAll(/export (?:type )?\{([^}]*)\} from '(\.[^']+)'/g)].flatMap(
    ([, names = '', from = '']) =>
      names
        .split(',')
        .map((name) => name.trim().replace(/^type /, ''))
        .filter((name) => name !== '')
        .map((name) => ({ name, file: join(dirname(entry), from) })),
  )
}

/** The members of an interface before which no doc comment ends. */
function bareMembers(source: string, shape: string): string[] {
  const [, body] = new RegExp(`export interface ${shape}\\b[^\\n]*\\{\\n([^]*?)\\n\\}\\n`).exec(source) ?? []
  if (body === undefined) throw new Error(`there is no interface ${shape}`)
  const lines = body.split('\n')
  return lines.flatMap((line, index) => {
    const [, name] = /^ {2}(?:readonly )?'?([\w.]+)'?\??[:(]/.exec(line) ?? []
    return name === undefined || lines[index - 1]?.trimEnd().endsWith('*/') ? [] : [`${shape}.${name}`]
  })
}

describe('public names', () => {
  it.each(entries)('of %s each have a doc comment where they are declared', (entry) => {
    const names = publicNames(entry)
    const bare = names.filter(({ name, file }) => {
      const source = readFileSync(join(workspace, file), 'utf8')
      const declared = new RegExp(
        `\\*/\\n(?:export |declare |abstract )*(?:async )?(?:function\\*?|const|class|interface|type) ${name}\\b`,
      )
      return !declared.test(source)
    })
    expect(bare.map(({ name, file }) => `${file}: ${name}`)).toEqual([])
  })

  it.each([
    ['packages/core/src/event/event.ts', ['ApprovalAttributes', 'CallAttributes', 'CallFinished']],
    ['packages/github/src/evidence/pull-request-evidence.ts', ['PullRequestEvidence']],
  ])('of %s say what each member means', (file, shapes) => {
    const source = readFileSync(join(workspace, file), 'utf8')
    expect(shapes.flatMap((shape) => bareMembers(source, shape))).toEqual([])
  })

  it('tell a member without a word', () => {
    const source = '/** A. */\nexport interface A {\n  /** B. */\n  b: string\n  c?: string\n}\n'
    expect(bareMembers(source, 'A')).toEqual(['A.c'])
    expect(() => bareMembers(source, 'B')).toThrow('B')
  })

  it.each(entries)('of %s that throw where they are declared say what', (entry) => {
    const silent = publicNames(entry).filter(({ name, file }) => {
      const source = readFileSync(join(workspace, file), 'utf8')
      const declared = new RegExp(
        `(/\\*\\*(?:(?!\\*/)[^])*\\*/)\\nexport (?:async )?function\\*? ${name}\\b([^]*?)\\n\\}\\n`,
      ).exec(source)
      return (
        declared !== null &&
        /\bthrow (?!error\b)/.test(declared[2] ?? '') &&
        !/\bthrows?\b/i.test(declared[1] ?? '')
      )
    })
    expect(silent.map(({ name, file }) => `${file}: ${name}`)).toEqual([])
  })

  it('are found at all', () => {
    expect(entries.length).toBeGreaterThanOrEqual(7)
    expect(entries.flatMap(publicNames).length).toBeGreaterThan(100)
  })
})
