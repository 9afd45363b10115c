import { execFileSync } from 'node:child_process'

/** One file of a tree, its path as bytes: `fast-import` takes what no file system would. */
export interface TreeFile {
  path: Buffer
  mode: '100644' | '100755' | '120000' | '160000'
  /** The content; for a submodule its commit id. */
  content: Buffer
}

/** Commit trees one on top of the other on branch `main`, each whole; gives the commit ids, oldest first. */
export function importCommits(top: string, trees: readonly (readonly TreeFile[])[]): string[] {
  const lines: Buffer[] = [Buffer.from('feature done\n')]
  const data = (content: Buffer) =>
    lines.push(Buffer.from(`data ${content.length}\n`), content, Buffer.from('\n'))
  for (const [index, files] of trees.entries()) {
    lines.push(
      Buffer.from(`commit refs/heads/main\nmark :${index + 1}\ncommitter A <a@example.com> ${index} +0000\n`),
    )
    data(Buffer.from('work'))
    if (index > 0) lines.push(Buffer.from(`from :${index}\n`))
    lines.push(Buffer.from('deleteall\n'))
    for (const { path, mode, content } of files) {
      const at = Buffer.from(`${quoted(path)}\n`)
      if (mode === '160000') {
        lines.push(Buffer.from(`M ${mode} ${content.toString()} `), at)
      } else {
        lines.push(Buffer.from(`M ${mode} inline `), at)
        data(content)
      }
    }
  }
  lines.push(Buffer.from('done\n'))
  execFileSync('git', ['fast-import', '--quiet', '--force'], {
    cwd: top,
    input: Buffer.concat(lines),
    stdio: 'pipe',
  })
  const ids = execFileSync('git', ['rev-list', '--reverse', 'main'], { cwd: top }).toString()
  return ids.trim().split('\n')
}

/** A path in the C style that git quotes in, every byte as an octal escape. */
function quoted(path: Buffer): string {
  return `"${[...path].map((byte) => `\\${byte.toString(8).padStart(3, '0')}`).join('')}"`
}
