import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { openGitView } from '../src/git/git-view.ts'
import { openRepository } from '../src/index.ts'
import { scratchRepository } from './support/scratch-repository.ts'

// Versions of git differ in where a bare folder reads attributes from; what the view says outranks all of them.
it('a view undoes what the tree says of diffs and filters, sees the objects, and goes away', async () => {
  const { top, commit } = scratchRepository()
  const head = commit({ '.gitattributes': '* -diff filter=x eol=crlf\n' })
  writeFileSync(join(top, '.git', 'info', 'attributes'), '* -diff\n')
  let folder = ''
  {
    using view = openGitView(await openRepository(top), 'sha1', process.env)
    folder = view.folder
    const attributes = await view.read(['check-attr', 'diff', 'filter', 'eol', '--', 'a.ts'], {
      workTree: top,
    })
    expect(attributes.toString()).toBe(
      'a.ts: diff: unspecified\na.ts: filter: unspecified\na.ts: eol: crlf\n',
    )
    expect((await view.read(['cat-file', '-t', head])).toString()).toBe('commit\n')
    await expect(view.read(['rev-parse', '--verify', 'main'])).rejects.toMatchObject({ code: 'git_failed' })
  }
  expect(existsSync(folder)).toBe(false)
})
