import { describe, expect, it } from 'vitest'
import type { Policy } from '../policy/policy.ts'
import { assessChange } from './assess-change.ts'
import type { Change, FileChange } from './change.ts'
import { estimatePromptTokens } from './estimate-prompt-tokens.ts'
import { measureChange } from './measure-change.ts'

const aFile = (path: string, facts: Partial<FileChange> = {}): FileChange => ({
  path,
  status: 'modified',
  kind: 'file',
  added: 1,
  deleted: 0,
  modeChanged: false,
  ...facts,
})

const aChange = (files: readonly FileChange[], facts: Partial<Change> = {}): Change => ({
  base: '1'.repeat(40),
  head: '2'.repeat(40),
  files,
  manifests: [],
  newDependencies: [],
  ...facts,
})

// Only the thresholds are looked at here.
const aPolicy = (thresholds: Partial<Policy['document']['thresholds']> = {}) =>
  ({ document: { thresholds: { sensitivePaths: [], ...thresholds } } }) as unknown as Policy

const measured = (files: readonly FileChange[], sensitivePaths: string[] = [], facts: Partial<Change> = {}) =>
  measureChange(aChange(files, facts), aPolicy({ sensitivePaths }))

describe('measureChange', () => {
  it('counts nothing in an empty change', () => {
    expect(measured([])).toEqual({
      changedFiles: 0,
      changedLines: 0,
      modules: [],
      sensitive: [],
      newDependencies: [],
      paths: [],
      binaryFiles: 0,
    })
  })

  it('adds up lines, keeps binaries and submodules apart from them', () => {
    const uncounted = { added: undefined, deleted: undefined }
    const result = measured([
      aFile('a.ts', { added: 3, deleted: 4 }),
      aFile('logo.png', uncounted),
      aFile('vendor/lib', { kind: 'submodule', ...uncounted }),
      aFile('link', { kind: 'symlink', added: 1, deleted: 1 }),
    ])
    expect(result).toMatchObject({ changedLines: 9, changedFiles: 4, binaryFiles: 1 })
  })

  it('counts a lock file as one file, whatever its length', () => {
    const lock = aFile('app/package-lock.json', { added: 5000, deleted: 300 })
    const facts = { newDependencies: ['app/package.json: left-pad'] }
    expect(measured([aFile('app/package.json'), lock], ['**/package-lock.json'], facts)).toMatchObject({
      changedLines: 1,
      changedFiles: 2,
      paths: ['app/package.json', 'app/package-lock.json'],
      sensitive: [{ path: 'app/package-lock.json' }],
      newDependencies: facts.newDependencies,
    })
  })

  it('leaves out evidence from the log, and nothing that only resembles it', () => {
    const file = '.model-policy/evidence/esc_01.json'
    expect(measured([aFile(file, { status: 'added', added: 90 })], ['.model-policy/**'])).toMatchObject({
      changedLines: 0,
      paths: [],
      sensitive: [],
    })
    const resembling = [
      aFile(file, { from: 'src/auth/x.json', status: 'renamed' }),
      aFile(file, { kind: 'symlink' }),
      aFile('.model-policy/evidence/deeper/x.json'),
      aFile('.model-policy/evidence/x.ts'),
      aFile('src/.model-policy/evidence/x.json'),
    ]
    for (const one of resembling) expect(measured([one]).changedLines).toBe(1)
  })

  it('counts both sides of a rename', () => {
    const result = measured(
      [aFile('docs/x.md', { from: 'src/auth/x.ts', status: 'renamed' })],
      ['**/auth/**'],
    )
    expect(result.paths).toEqual(['src/auth/x.ts', 'docs/x.md'])
    expect(result.changedFiles).toBe(2)
    expect(result.modules).toEqual(['docs', 'src'])
    expect(result.sensitive).toEqual([{ path: 'src/auth/x.ts', pattern: '**/auth/**' }])
  })

  it.each([
    ['the top folder without a manifest', ['src/a/b.ts', 'src/c.ts'], [], ['src']],
    ['the top itself for a file in it', ['README.md'], [], ['.']],
    [
      'the nearest manifest',
      ['packages/a/src/x.ts', 'packages/b/y.ts'],
      ['packages/a/package.json'],
      ['packages', 'packages/a'],
    ],
    ['one module under a manifest at the top', ['src/a.ts', 'docs/b.md', 'c'], ['go.mod'], ['.']],
    ['the deeper of two manifests', ['a/b/c.rs', 'a/x.rs'], ['a/Cargo.toml', 'a/b/Cargo.toml'], ['a', 'a/b']],
  ])('takes as module %s', (_name, paths, manifests, modules) => {
    expect(
      measured(
        paths.map((path) => aFile(path)),
        [],
        { manifests },
      ).modules,
    ).toEqual(modules)
  })

  it.each([
    ['src/auth/session.ts', '**/auth/**'],
    ['SRC/Auth/session.ts', '**/auth/**'],
    ['auth', '**/auth/**'],
    ['.github/workflows/ci.yml', '.github/**'],
    ['a\nb/auth/x', '**/auth/**'],
    ['a b\t"c"/auth/x\n', '**/auth/**'],
    ['a\\xff/auth/x', '**/auth/**'],
    ['config/.env.local', '**/.env*'],
    ['src/app/[id]/page.tsx', 'src/app/[[]id[]]/**'],
    ['src/app/[id]/page.tsx', 'src/app/\\[id\\]/**'],
  ])('finds %j sensitive by %s', (path, pattern) => {
    expect(measured([aFile(path)], ['never/**', pattern, '**']).sensitive).toEqual([{ path, pattern }])
  })

  it.each([
    ['src/author.ts', '**/auth/**'],
    ['docs/github/x', '.github/**'],
  ])('does not find %j sensitive by %s', (path, pattern) => {
    expect(measured([aFile(path)], [pattern]).sensitive).toEqual([])
  })
})

describe('assessChange', () => {
  const policy = aPolicy({ changedLines: 400, changedFiles: 2, modules: 1, sensitivePaths: ['**/auth/**'] })

  it('finds nothing at the thresholds', () => {
    const change = aChange([aFile('src/a', { added: 300, deleted: 100 }), aFile('src/b', { added: 0 })])
    expect(assessChange(policy, measureChange(change, policy))).toEqual([])
  })

  it('says each threshold crossed, with the figures', () => {
    const change = aChange([aFile('src/auth/a', { added: 401 }), aFile('src/auth/b'), aFile('docs/c')])
    const findings = assessChange(policy, measureChange(change, policy))
    expect(findings.map(({ rule, effect, saw }) => [rule, effect, saw])).toEqual([
      ['threshold:changedLines', 'escalate', '403 changed lines'],
      ['threshold:changedFiles', 'escalate', '3 changed files'],
      ['threshold:modules', 'escalate', '2 modules'],
      ['threshold:sensitivePaths', 'escalate', '"src/auth/a" (**/auth/**) and 1 more'],
    ])
    expect(findings[0]?.reason).toBe('more than 400 changed lines: an objective reason to escalate')
  })

  it('finds nothing where the policy sets no threshold', () => {
    const change = aChange([aFile('src/auth/a', { added: 9999 })])
    expect(assessChange(aPolicy(), measureChange(change, aPolicy()))).toEqual([])
  })
})

describe('estimatePromptTokens', () => {
  it.each([
    [0, 0],
    [1, 1],
    [4, 1],
    [168_000, 42_000],
  ])('takes %i bytes for %i tokens', (bytes, tokens) => expect(estimatePromptTokens(bytes)).toBe(tokens))
})
