import * as fc from 'fast-check'
import { PolicyError } from '@policy/core'
import { describe, expect, it } from 'vitest'
import { parseDiff } from './parse-diff.ts'

const zero = '0'.repeat(40)
const blob = '1'.repeat(40)
const other = '2'.repeat(40)
const output = (...fields: string[]) => Buffer.from(fields.map((field) => `${field}\0`).join(''))
const raw = (oldMode: string, newMode: string, status: string) =>
  `:${oldMode} ${newMode} ${oldMode === '000000' ? zero : blob} ${newMode === '000000' ? zero : other} ${status}`

describe('parseDiff', () => {
  it.each([
    ['added', raw('000000', '100644', 'A'), '3\t0', { status: 'added', kind: 'file', added: 3, deleted: 0 }],
    [
      'deleted symlink',
      raw('120000', '000000', 'D'),
      '0\t1',
      { status: 'deleted', kind: 'symlink', deleted: 1 },
    ],
    ['mode alone', raw('100644', '100755', 'M'), '0\t0', { status: 'modified', added: 0, modeChanged: true }],
    [
      'file to symlink',
      raw('100755', '120000', 'T'),
      '1\t9',
      { status: 'type-changed', kind: 'symlink', modeChanged: false },
    ],
    [
      'symlink to file',
      raw('120000', '100644', 'T'),
      '9\t1',
      { status: 'type-changed', kind: 'file', added: 9 },
    ],
    ['binary', raw('100644', '100644', 'M'), '-\t-', { kind: 'file', added: undefined, deleted: undefined }],
    [
      'submodule',
      raw('160000', '160000', 'M'),
      '1\t1',
      { kind: 'submodule', added: undefined, deleted: undefined },
    ],
    ['file to submodule', raw('100644', '160000', 'T'), '1\t9', { kind: 'submodule', added: undefined }],
    ['unmerged', raw('100644', '000000', 'U'), '0\t0', { status: 'unmerged', kind: 'file' }],
  ])('reads a row: %s', (_name, header, counts, file) => {
    expect(parseDiff(output(header, 'a/b', `${counts}\ta/b`))).toMatchObject([
      { file: { path: 'a/b', ...file } },
    ])
  })

  it('reads renames and copies, with both paths and content ids', () => {
    const rows = parseDiff(
      output(
        raw('100644', '100644', 'R080'),
        'old',
        'new',
        raw('100644', '100644', 'C100'),
        'old',
        'copy',
        '2\t1\t',
        'old',
        'new',
        '0\t0\t',
        'old',
        'copy',
      ),
    )
    expect(rows).toMatchObject([
      {
        before: blob,
        after: other,
        file: { path: 'new', from: 'old', status: 'renamed', added: 2, deleted: 1 },
      },
      { file: { path: 'copy', from: 'old', status: 'copied' } },
    ])
  })

  it('keeps paths that look like output apart', () => {
    const path = `:100644 100644 ${blob} ${other} M`
    expect(parseDiff(output(raw('000000', '100644', 'A'), path, `1\t0\t${path}`))).toMatchObject([
      { file: { path } },
    ])
    expect(parseDiff(output(raw('000000', '100644', 'A'), '1\t2\tx', '1\t0\t1\t2\tx'))).toMatchObject([
      { file: { path: '1\t2\tx', added: 1 } },
    ])
  })

  it('reads no output as no files', () => expect(parseDiff(Buffer.alloc(0))).toEqual([]))

  it.each([
    ['no NUL at the end', Buffer.from(raw('000000', '100644', 'A'))],
    ['a status unknown to us', output(raw('100644', '100644', 'X'), 'a', '1\t1\ta')],
    ['a raw row without a path', output(raw('100644', '100644', 'M'))],
    ['a row that is not counted', output(raw('100644', '100644', 'M'), 'a')],
    ['a count without a row', output('1\t1\ta')],
    ['a count that is no number', output(raw('100644', '100644', 'M'), 'a', '1\tx\ta')],
    ['something else', output('warning: look')],
  ])('refuses %s', (_name, bytes) => {
    expect(() => parseDiff(bytes)).toThrow(expect.objectContaining({ code: 'git_failed' }))
  })

  it('throws nothing but PolicyError, whatever git prints', () => {
    const field = fc.oneof(
      fc.string(),
      fc.constantFrom(raw('100644', '100644', 'M'), 'a', '1\t1\ta', '1\t1\t'),
    )
    fc.assert(
      fc.property(fc.array(field), (fields) => {
        try {
          parseDiff(output(...fields))
        } catch (error) {
          expect(PolicyError.is(error)).toBe(true)
        }
      }),
    )
  })
})
