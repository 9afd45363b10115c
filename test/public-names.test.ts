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

  it('are found at all', () => {
    expect(entries.length).toBeGreaterThanOrEqual(7)
    expect(entries.flatMap(publicNames).length).toBeGreaterThan(100)
  })
})
