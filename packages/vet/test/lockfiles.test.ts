import { describe, expect, it } from 'vitest'
import { vetChange } from '../src/vetter/vet-change.ts'
import { dependencies } from '../src/vetters/dependencies.ts'
import { aSubject } from './a-subject.ts'

/** The text of a new file, or of one that was there. */
type Change = string | { before: string; text: string }

/** What a change to one file is found to do, with other files at the base. */
async function found(
  path: string,
  change: Change,
  others: Readonly<Record<string, string>> = {},
): Promise<string[]> {
  const { findings, faults } = await vetChange(aSubject({ [path]: change }, others), {
    vetters: [dependencies],
  })
  expect(faults).toEqual([])
  expect(findings.filter(({ inChange }) => !inChange)).toEqual([])
  return findings.map(({ rule, blocks }) => `${rule.slice('dependencies/'.length)}${blocks ? ' blocks' : ''}`)
}

/** npm's lockfile, with packages and where each comes from. */
const npm = (resolved: Readonly<Record<string, string>>, more: object = {}) =>
  JSON.stringify(
    {
      name: 'app',
      lockfileVersion: 3,
      packages: Object.fromEntries(
        Object.entries(resolved).map(([name, from]) => [
          `node_modules/${name}`,
          { version: '1.0.0', resolved: from, integrity: 'sha512-x', ...more },
        ]),
      ),
    },
    null,
    2,
  )

const usual = 'https://registry.example/a/-/a-1.0.0.tgz'
const before = npm({ a: usual })
const attacker = 'https://evil.example/b/-/b-1.0.0.tgz'

describe('a place that the lockfiles of the base did not use blocks', () => {
  it.each<[string, string, Change, Readonly<Record<string, string>>?]>([
    ['a host that was changed', 'package-lock.json', { before, text: npm({ a: attacker }) }],
    ['a host that was added', 'package-lock.json', { before, text: npm({ a: usual, b: attacker }) }],
    [
      'plain text in one line',
      'package-lock.json',
      { before, text: JSON.stringify(JSON.parse(npm({ a: attacker }))) },
    ],
    [
      'a host that looks like the user of another',
      'package-lock.json',
      { before, text: npm({ a: 'https://registry.example@evil.example/a/-/a-1.0.0.tgz' }) },
    ],
    [
      'a host whose name goes on',
      'package-lock.json',
      { before, text: npm({ a: 'https://registry.example.evil.example/a/-/a-1.0.0.tgz' }) },
    ],
    [
      'another port',
      'package-lock.json',
      { before, text: npm({ a: 'https://registry.example:8443/a/-/a-1.0.0.tgz' }) },
    ],
    [
      'a host behind escapes',
      'package-lock.json',
      { before, text: npm({ a: attacker }).replace('https://evil', String.raw`https:\u002f\/ev\u0069l`) },
    ],
    [
      'a package with the name of a member that tells',
      'package-lock.json',
      {
        before: '{"dependencies":{}}',
        text: `{"dependencies":{"funding":{"version":"1.0.0","resolved":"${attacker}"}}}`,
      },
    ],
    ['a lockfile that is no JSON', 'package-lock.json', { before, text: `// ${attacker}` }],
    [
      'a host where there was none',
      'pnpm-lock.yaml',
      {
        before: 'packages:\n  a@1.0.0:\n    resolution: {integrity: sha512-x}\n',
        text: 'packages:\n  a@1.0.0:\n    resolution: {integrity: sha512-x, tarball: https://evil.example/a.tgz}\n',
      },
    ],
    [
      'a host behind escapes of YAML',
      'pnpm-lock.yaml',
      { before: 'packages: {}\n', text: String.raw`a: "https:\x2F\x2Fevil.example\x2Fa.tgz"` },
    ],
    [
      'another tool\u2019s lockfile instead',
      'npm-shrinkwrap.json',
      npm({ a: attacker }),
      { 'package-lock.json': before },
    ],
    [
      'a lockfile in another folder',
      'packages/b/package-lock.json',
      npm({ a: attacker }),
      { 'package-lock.json': before },
    ],
    [
      'a git repository',
      'package-lock.json',
      { before, text: npm({ a: 'git+ssh://git@github.com/evil/a.git#0123' }) },
    ],
    [
      'another repository on the same code host',
      'yarn.lock',
      {
        before: 'resolved "git+https://github.com/acme/a.git#0123"\n',
        text: 'resolved "git+https://github.com/evil/a.git#0123"\n',
      },
    ],
    [
      'another repository\u2019s archive',
      'yarn.lock',
      {
        before: 'resolved "https://codeload.github.com/acme/a/tar.gz/0123"\n',
        text: 'resolved "https://codeload.github.com/evil/a/tar.gz/0123"\n',
      },
    ],
    [
      'a repository as ssh names it',
      'pnpm-lock.yaml',
      { before: 'x\n', text: 'repo: git@github.com:evil/a.git\n' },
    ],
    [
      'a repository by its short name',
      'package-lock.json',
      { before, text: '{"dependencies":{"a":{"version":"github:evil/a#0123"}}}' },
    ],
    ['an archive on disk', 'package-lock.json', { before, text: npm({ a: 'file:vendor/a.tgz' }) }],
    [
      'a git source beside the index on the same host',
      'Cargo.lock',
      {
        before: 'source = "registry+https://github.com/rust-lang/crates.io-index"\n',
        text: 'source = "git+https://github.com/evil/a?branch=x#0123"\n',
      },
    ],
    [
      'a download for Composer',
      'composer.lock',
      {
        before: '{"packages":[{"dist":{"url":"https://api.github.com/repos/a/b/zipball/1"}}]}',
        text: '{"packages":[{"dist":{"url":"https://evil.example/pkg"}}]}',
      },
    ],
  ])('%s', async (_name, path, change, others) => {
    expect(await found(path, change, others)).toEqual(['lockfile-host blocks'])
  })

  it('a lockfile that is no text', async () => {
    const subject = aSubject({ 'yarn.lock': '' })
    const [file] = subject.files
    if (!file) throw new Error('no file')
    const binary = { ...subject, files: [{ ...file, text: undefined, changedLines: new Set([1]) }] }
    const { findings } = await vetChange(binary, { vetters: [dependencies] })
    expect(findings).toMatchObject([{ rule: 'dependencies/manifest-unreadable', blocks: true }])
  })
})

describe('a place that is known does not', () => {
  it.each<[string, string, Change, Readonly<Record<string, string>>?]>([
    [
      'another package from the same host',
      'package-lock.json',
      { before, text: npm({ a: usual, b: 'https://registry.example/@x/b/-/b-2.0.0.tgz' }) },
    ],
    ['no host at all', 'package-lock.json', { before: npm({}), text: npm({}) }],
    [
      'a lockfile without hosts that goes on so',
      'pnpm-lock.yaml',
      {
        before: 'a@1.0.0:\n',
        text: 'a@1.0.0:\nb@1.0.0:\n    resolution: {integrity: sha512-x}\n    deprecated: see https://example.com\n',
      },
    ],
    [
      'who pays for it and where it lives',
      'package-lock.json',
      {
        before,
        text: npm(
          { a: usual },
          {
            funding: [{ url: 'https://github.com/sponsors/a' }, 'https://opencollective.com/a'],
            deprecated: 'see https://example.com/a.tgz',
          },
        ),
      },
    ],
    [
      'a lockfile in another folder, from where the first one fetches',
      'packages/b/package-lock.json',
      npm({ b: usual }),
      { 'package-lock.json': before },
    ],
    [
      'a new version of the same repository',
      'yarn.lock',
      {
        before: 'resolved "git+https://github.com/acme/a.git#0123"\n',
        text: 'resolved "git+https://github.com/acme/a.git#4567"\n',
      },
    ],
    [
      'another repository for Composer, which names one for each package',
      'composer.lock',
      {
        before:
          '{"packages":[{"name":"a","source":{"url":"https://github.com/a/a.git"},"support":{"source":"https://example.com"}}]}',
        text: '{"packages":[{"name":"b","source":{"url":"https://github.com/b/b.git"},"support":{"source":"https://example.org"}}]}',
      },
    ],
  ])('%s', async (_name, path, change, others) => {
    expect(await found(path, change, others)).toEqual([])
  })
})

describe('a first lockfile', () => {
  it('is told, not blocked: there is nothing to hold it against', async () => {
    expect(await found('package-lock.json', before)).toEqual(['lockfile-first'])
    expect(await found('package-lock.json', npm({}))).toEqual([])
    expect(await found('pnpm-lock.yaml', 'a@1.0.0:\n    resolution: {integrity: sha512-x}\n')).toEqual([])
  })

  it('of one language is not held against those of another', async () => {
    const cargo = { 'Cargo.lock': 'source = "registry+https://github.com/rust-lang/crates.io-index"\n' }
    expect(await found('package-lock.json', before, cargo)).toEqual(['lockfile-first'])
  })

  it('that nothing protects on its way is told twice', async () => {
    const plain = npm({ a: usual.replace('https:', 'http:') })
    expect(await found('package-lock.json', plain)).toEqual(['lockfile-first', 'lockfile-integrity'])
    expect(await found('package-lock.json', { before, text: plain })).toEqual(['lockfile-integrity'])
  })
})

describe('a registry', () => {
  it.each<[string, string, Readonly<Record<string, string>>, string[]]>([
    ['that nothing used before', 'registry=https://evil.example/\n', {}, ['registry-changed blocks']],
    ['that a lockfile uses', 'registry=https://registry.example/\n', { 'package-lock.json': before }, []],
    [
      'that another configuration names',
      '@acme:registry=https://npm.acme.example/\n',
      { 'packages/b/.npmrc': 'registry=https://npm.acme.example/\n' },
      [],
    ],
    [
      'that only names a known one in its path',
      'registry=https://evil.example/https://registry.example/\n',
      { 'package-lock.json': before },
      ['registry-changed blocks'],
    ],
    [
      'that only names a known one behind a comment',
      'registry=https://evil.example/ # https://registry.example/\n',
      { 'package-lock.json': before },
      ['registry-changed blocks'],
    ],
    [
      'from a variable',
      'registry=${ELSEWHERE}\n',
      { 'package-lock.json': before },
      ['registry-changed blocks'],
    ],
  ])('%s', async (_name, text, others, rules) => {
    expect(await found('.npmrc', text, others)).toEqual(rules)
  })
})
