import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import type { Change } from '@policy/core'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { openRepository, readChange } from '../src/index.ts'
import { importCommits, type TreeFile } from './support/fast-import.ts'
import { gitCounts } from './support/git-counts.ts'
import { scratchRepository } from './support/scratch-repository.ts'

/** The bytes a path of ours stands for, one character a byte. */
const bytesOf = (path: string) =>
  path
    .split(/(\\x[0-9a-f]{2})/)
    .map((part, index) =>
      index % 2 === 1
        ? Buffer.from(part.slice(2), 'hex').toString('latin1')
        : Buffer.from(part).toString('latin1'),
    )
    .join('')

const keptApart = '(submodule)'

/** Our rows and git's own in one form; submodules, for which git counts a line of its own making, without counts. */
function rowsOf(
  { files }: Change,
  top: string,
  base: string,
  head: string,
): { ours: string[]; gits: string[] } {
  const submodules = new Set(files.flatMap(({ kind, path }) => (kind === 'submodule' ? [bytesOf(path)] : [])))
  const row = (counts: string, path: string, from: string | undefined) =>
    `${submodules.has(path) ? keptApart : counts} ${from === undefined ? '' : `${from} => `}${path}`
  return {
    ours: files
      .map(({ path, from, added, deleted }) =>
        row(
          `${added ?? '-'} ${deleted ?? '-'}`,
          bytesOf(path),
          from === undefined ? undefined : bytesOf(from),
        ),
      )
      .toSorted(),
    gits: gitCounts(top, base, head)
      .map(({ counts, path, from }) => row(counts, path, from))
      .toSorted(),
  }
}

describe('the counts of readChange', () => {
  const workspace = join(import.meta.dirname, '..', '..', '..')
  const history = execFileSync('git', ['rev-list', '--parents', '--max-count=150', 'HEAD'], {
    cwd: workspace,
  })
  const pairs = history
    .toString()
    .trim()
    .split('\n')
    .flatMap((line) => {
      const [commit = '', ...parents] = line.split(' ')
      return parents.map((parent) => [parent, commit] as const)
    })

  it.skipIf(pairs.length === 0)(
    `equal git's own on each of the last ${pairs.length} steps of this repository's history`,
    async () => {
      const repository = await openRepository(workspace)
      for (const [parent, commit] of pairs) {
        const change = await readChange({ repository, base: parent, head: commit })
        const { ours, gits } = rowsOf(change, workspace, parent, commit)
        expect(ours).toEqual(gits)
      }
    },
    60_000,
  )

  it("equal git's own on any two trees", async () => {
    const name = fc
      .uint8Array({ minLength: 1, maxLength: 4 })
      .map((bytes) => Buffer.from(bytes.map((byte) => (byte === 0 || byte === 0x2f ? 0x61 : byte))))
      .filter((bytes) => !['.', '..', '.git'].includes(bytes.toString('latin1').toLowerCase()))
    const path = fc
      .array(name, { minLength: 1, maxLength: 3 })
      .map((names) =>
        Buffer.concat(names.flatMap((part, index) => (index === 0 ? [part] : [Buffer.from('/'), part]))),
      )
    const text = fc
      .array(fc.constantFrom('a', 'b', 'c', 'dd', '', 'x\r'), { maxLength: 30 })
      .map((all) => all.join('\n'))
    const content = fc.oneof(
      text.map((all) => Buffer.from(all)),
      fc.uint8Array().map((all) => Buffer.from(all)),
    )
    const file = fc.oneof(
      fc.record({ path, mode: fc.constantFrom('100644' as const, '100755' as const), content }),
      fc.record({ path, mode: fc.constant('120000' as const), content: fc.constant(Buffer.from('target')) }),
      fc.record({
        path,
        mode: fc.constant('160000' as const),
        content: fc.constantFrom(...'12').map((digit) => Buffer.from(digit.repeat(40))),
      }),
    )
    const pool = fc.uniqueArray(file, {
      selector: ({ path: at }) => at.toString('latin1'),
      minLength: 2,
      maxLength: 8,
    })
    // Two trees over the same contents at other places, so that there are renames.
    const trees = pool.chain((files) =>
      fc
        .tuple(fc.shuffledSubarray(files), fc.shuffledSubarray(files), fc.shuffledSubarray(files))
        .map(([first, second, donors]): [TreeFile[], TreeFile[]] => [
          first,
          second.map((one, index) => ({
            ...one,
            ...(donors[index] ? { mode: donors[index].mode, content: donors[index].content } : {}),
          })),
        ]),
    )
    await fc.assert(
      fc.asyncProperty(trees, async ([before, after]) => {
        const { top, dispose } = scratchRepository()
        try {
          const [base = '', head = ''] = importCommits(top, [withoutClashes(before), withoutClashes(after)])
          const change = await readChange({ repository: await openRepository(top), base, head })
          const { ours, gits } = rowsOf(change, top, base, head)
          expect(ours).toEqual(gits)
        } finally {
          dispose()
        }
      }),
      { numRuns: 25 },
    )
  }, 60_000)

  it('survive every byte that git allows in a path', async () => {
    const { top } = scratchRepository()
    const bytes = Array.from({ length: 255 }, (_, index) => index + 1).filter(
      (byte) => byte !== 0x2f && byte !== 0x2e,
    )
    const paths = bytes.flatMap((byte) => [
      Buffer.from([byte]),
      Buffer.from([0x64, 0x64, 0x2f, byte, 0x5c, 0x78, 0x66, 0x66, byte]),
    ])
    const files = paths.map((path): TreeFile => ({ path, mode: '100644', content: Buffer.from('x\n') }))
    const [base = '', head = ''] = importCommits(top, [[], files])
    const change = await readChange({ repository: await openRepository(top), base, head })
    expect(change.files.map(({ path }) => bytesOf(path)).toSorted()).toEqual(
      paths.map((path) => path.toString('latin1')).toSorted(),
    )
    expect(new Set(change.files.map(({ path }) => path)).size).toBe(paths.length)
  })
})

/** Files whose path is not also a folder of another: a tree cannot hold both. */
function withoutClashes(files: readonly TreeFile[]): TreeFile[] {
  const names = files.map(({ path }) => path.toString('latin1'))
  return files.filter(({ path }) => !names.some((other) => other.startsWith(`${path.toString('latin1')}/`)))
}
