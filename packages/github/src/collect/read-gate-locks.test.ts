import { expect, it } from 'vitest'
import { aChange, aFile, base, head } from '../../test/support/a-pull-request.ts'
import type { GitHistory } from '../git/git-history.ts'
import { readGateLocks } from './read-gate-locks.ts'

const unasked = () => Promise.reject(new Error('not asked for'))

/** A history of one file, its text at the base and at the head. */
const historyOf = (name: string, before?: string, after?: string): GitHistory => ({
  entries: async (commit) => {
    const text = commit === base ? before : after
    return text === undefined ? [] : [{ mode: '100644', id: text, name }]
  },
  blob: async (id) => new TextEncoder().encode(id),
  change: unasked,
  commits: unasked,
  firstParents: unasked,
  isAncestor: unasked,
  patchDigest: unasked,
})
const locksOf = (name: string, before?: string, after?: string, from?: string) => {
  const change = {
    ...aChange(aFile(from === undefined ? name : 'x', from === undefined ? {} : { from })),
    head,
  }
  return readGateLocks(historyOf(name, before, after), change)
}

const npm = JSON.stringify(
  {
    packages: {
      '': { name: 'app', devDependencies: { 'model-policy': '^1.0.0', zod: '^4.0.0' } },
      'node_modules/@policy/core': { version: '1.0.0', integrity: 'sha512-core' },
      'node_modules/model-policy': {
        version: '1.0.0',
        resolved: 'https://registry.example/model-policy.tgz',
        integrity: 'sha512-gate',
        dependencies: { '@policy/core': '1.0.0' },
      },
      'node_modules/zod': { version: '4.0.0', integrity: 'sha512-zod' },
    },
  },
  null,
  2,
)
const pnpm = `lockfileVersion: '9.0'

importers:

  .:
    devDependencies:
      model-policy:
        specifier: ^1.0.0
        version: 1.0.0
      zod:
        specifier: ^4.0.0
        version: 4.0.0

packages:

  '@policy/core@1.0.0':
    resolution: {integrity: sha512-core}

  model-policy@1.0.0:
    resolution: {integrity: sha512-gate}

  zod@4.0.0:
    resolution: {integrity: sha512-zod}
`
const yarn = `# yarn lockfile v1


"@policy/core@1.0.0":
  version "1.0.0"
  integrity sha512-core

model-policy@^1.0.0:
  version "1.0.0"
  resolved "https://registry.example/model-policy.tgz"
  integrity sha512-gate

zod@^4.0.0:
  version "4.0.0"
  integrity sha512-zod
`
const manifest = JSON.stringify(
  {
    name: 'app',
    packageManager: 'pnpm@12.21.0',
    scripts: { test: 'vitest', 'model-policy': 'sha512-gate' },
    pnpm: { overrides: { '@policy/core': '1.0.0' }, configDependencies: { x: 'sha512-core' } },
    devDependencies: { 'model-policy': '1.0.0', zod: '4.0.0', x: 'sha512-zod' },
  },
  null,
  2,
)
const locks = {
  'package.json': manifest,
  'package-lock.json': npm,
  'npm-shrinkwrap.json': npm,
  'pnpm-lock.yaml': pnpm,
  'yarn.lock': yarn,
}

it.each(Object.entries(locks))('%s: what it says of others may change', async (name, text) => {
  expect(
    await locksOf(name, text, text.replace('sha512-zod', 'sha512-new').replaceAll('4.0.0', '4.1.0')),
  ).toEqual([])
})

it.each(
  Object.entries(locks).flatMap(([name, text]) =>
    ['sha512-gate', 'sha512-core', '1.0.0'].map((part) => [name, part, text] as const),
  ),
)('%s: it tells where %s is another', async (name, part, text) => {
  expect(await locksOf(name, text, text.replace(part, 'other'))).toEqual([name])
})

it.each<[string, string, string | undefined, string | undefined]>([
  ['is new', 'yarn.lock', undefined, yarn],
  ['is gone', 'yarn.lock', yarn, undefined],
  [
    'gives the program from elsewhere',
    'package-lock.json',
    npm,
    npm.replace('"zod": "^4.0.0"', '"zod": "^4.0.0", "x": "npm:model-policy"'),
  ],
  [
    'names it twice, by an escape',
    'package-lock.json',
    npm,
    npm.replace(
      '"node_modules/zod"',
      '"node_modules/model\\u002dpolicy": { "version": "6.6.6" }, "node_modules/zod"',
    ),
  ],
  ['names another package manager', 'package.json', manifest, manifest.replace('12.21.0', '6.6.6')],
  [
    'takes the package manager from elsewhere',
    'package.json',
    manifest,
    manifest.replace('pnpm@12.21.0', 'pnpm@http://127.0.0.1/pnpm.tgz'),
  ],
  ['names a script as the gate', 'package.json', '{}', '{"scripts":{"model-policy":"node x.js"}}'],
  ['names a program as the gate', 'package.json', '{}', '{"bin":{"model-policy":"x.js"}}'],
  ['overrides what the gate is', 'package.json', '{}', '{"resolutions":{"**/@policy/core":"npm:x@1.0.0"}}'],
  [
    'has another engine',
    'package.json',
    '{}',
    '{"devEngines":{"packageManager":{"name":"pnpm","version":"6.6.6"}}}',
  ],
  ['has pnpm override a package', 'package.json', '{}', '{"pnpm":{"overrides":{"zod":"file:x"}}}'],
  [
    'locks another package manager',
    'pnpm-lock.yaml',
    pnpm,
    pnpm.replace(
      '    devDependencies:',
      '    packageManagerDependencies:\n      pnpm:\n        version: 6.6.6\n    devDependencies:',
    ),
  ],
  [
    'takes pnpm from elsewhere',
    'pnpm-lock.yaml',
    `${pnpm}\n  '@pnpm/exe@12.21.0':\n    resolution: {integrity: sha512-a}\n`,
    `${pnpm}\n  '@pnpm/exe@12.21.0':\n    resolution: {integrity: sha512-b, tarball: http://127.0.0.1/x}\n`,
  ],
  ['names it by an escape', 'pnpm-lock.yaml', pnpm, `${pnpm}\n  "model\\x2dpolicy@1.0.0":\n    x: y\n`],
  ['is no JSON any more', 'package-lock.json', npm, `${npm}x`],
  [
    'takes a part out of it',
    'pnpm-lock.yaml',
    pnpm,
    pnpm.replace('        version: 1.0.0', '\n        version: 6.6.6'),
  ],
])('a lock file that %s is told', async (_what, name, before, after) => {
  expect(await locksOf(name, before, after)).toEqual([name])
})

it('looks at a file that was renamed away, and at none that nothing touched', async () => {
  expect(await locksOf('yarn.lock', yarn, undefined, 'yarn.lock')).toEqual(['yarn.lock'])
  expect(await readGateLocks(historyOf('yarn.lock', yarn), aChange(aFile('docs/yarn.lock')))).toEqual([])
})
