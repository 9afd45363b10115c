import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import * as files from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { scratchFolder } from '../../test/support/scratch-repository.ts'
import { createText, writeText } from './write-text.ts'

vi.mock('node:fs/promises', { spy: true })
afterEach(() => vi.mocked(files.link).mockReset())

const aFile = () => join(scratchFolder(), 'folder', 'file')

describe.each([
  ['a file system that links', undefined],
  ['one that does not', Object.assign(new Error('not here'), { code: 'EPERM' })],
])('createText on %s', (_name, refusal) => {
  it('writes where nothing is, for one of all that try, and leaves nothing else', async () => {
    if (refusal) vi.mocked(files.link).mockRejectedValue(refusal)
    const path = aFile()
    const texts = Array.from({ length: 8 }, (_, at) => `text ${at}\n`)
    const written = await Promise.all(texts.map((text) => createText(path, text, 0o600)))
    expect(written.filter(Boolean)).toHaveLength(1)
    expect(readFileSync(path, 'utf8')).toBe(texts[written.indexOf(true)])
    expect(statSync(path).mode & 0o777).toBe(0o600)
    expect(readdirSync(dirname(path))).toEqual(['file'])
  })
})

it('createText and writeText say so where nothing can be written', async () => {
  const path = aFile()
  writeFileSync(dirname(path), '')
  await expect(createText(path, 'x', 0o600)).rejects.toMatchObject({ code: 'file_unreadable' })
  await expect(writeText(path, 'x', 0o600)).rejects.toMatchObject({ code: 'file_unreadable' })
})
