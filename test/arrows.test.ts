import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'

const packages = join(import.meta.dirname, '..', 'packages')

/** Which package may import which: the arrows of ARCHITECTURE.md. */
const arrows: Record<string, readonly string[]> = {
  core: [],
  client: ['@policy/core'],
  audit: ['@policy/core'],
  local: ['@policy/core'],
  github: ['@policy/core'],
  vet: ['@policy/core'],
  'model-policy': [
    '@policy/core',
    '@policy/client',
    '@policy/audit',
    '@policy/local',
    '@policy/github',
    '@policy/vet',
  ],
}

const ours = /(?:from|import|import\()\s*['"]((?:@policy\/|model-policy)[^'"]*)['"]/g

function sourceFiles(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => join(folder, name))
}

function packageOf(specifier: string): string {
  return specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/')
}

describe('arrows between packages', () => {
  it('names every package', () => {
    expect(readdirSync(packages).toSorted()).toEqual(Object.keys(arrows).toSorted())
  })

  it.each(Object.entries(arrows))('%s imports only what it may', (name, allowed) => {
    const manifest = JSON.parse(readFileSync(join(packages, name, 'package.json'), 'utf8')) as {
      dependencies?: Record<string, string>
    }
    const declared = Object.keys(manifest.dependencies ?? {}).filter((key) =>
      /^(@policy\/|model-policy)/.test(key),
    )
    expect(allowed).toEqual(expect.arrayContaining(declared))

    const stray = sourceFiles(join(packages, name, 'src')).flatMap((file) =>
      [...readFileSync(file, 'utf8').matchAll(ours)]
        .map(([, specifier = '']) => packageOf(specifier))
        .filter((target) => !allowed.includes(target))
        .map((target) => `${file.slice(packages.length + 1)} -> ${target}`),
    )
    expect(stray).toEqual([])
  })

  it('core reaches no network, disk or clock of its own', () => {
    const impure =
      /['"]node:(?:fs|net|http|https|child_process|os|dns|tls)[^'"]*['"]|\bDate\.now\(\)|new Date\(\)|\bfetch\(|Math\.random\(/
    const found = sourceFiles(join(packages, 'core', 'src'))
      .filter((file) => !file.endsWith('.test.ts'))
      .filter((file) => impure.test(readFileSync(file, 'utf8')))
    expect(found.map((file) => file.slice(packages.length + 1))).toEqual([])
  })

  it('the package people import never loads a command, the vet or GitHub', () => {
    const loaded = loadedBy(join(packages, 'model-policy', 'src', 'index.ts'))
    expect(
      [...loaded].filter((name) => /\/commands\/|\/command-line\/|@policy\/(?:github|vet)/.test(name)),
    ).toEqual([])
  })

  it.each(['core', 'client', 'audit', 'local', 'model-policy'])(
    '%s loads what is heavy on first use only',
    (name) => {
      const loaded = loadedBy(join(packages, name, 'src', 'index.ts'))
      expect(loaded.size).toBeGreaterThan(5)
      expect([...loaded].filter((one) => /^(?:zod|yaml|jose|commander|smol-toml)(?:\/|$)/.test(one))).toEqual(
        [],
      )
    },
  )
})

/** Everything that a file loads as it is imported: files of its package by path, other packages by name. */
function loadedBy(file: string, seen = new Set<string>()): Set<string> {
  if (seen.has(file)) return seen
  seen.add(file)
  const source = readFileSync(file, 'utf8')
  for (const [, specifier = ''] of source.matchAll(
    /^(?:import|export) (?!type )(?:[^'"]*? from )?['"]([^'"]+)['"]/gms,
  )) {
    if (specifier.startsWith('.')) loadedBy(join(dirname(file), specifier), seen)
    else seen.add(specifier)
  }
  return seen
}
