import { execFile } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { parsePolicy, parsePolicyCases, testPolicy } from '@policy/core'
import { describe, expect, it } from 'vitest'

const execute = promisify(execFile)
const workspace = join(import.meta.dirname, '..')
const documents = [
  ...readdirSync(workspace).filter((name) => name.endsWith('.md')),
  ...readdirSync(join(workspace, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => join('docs', name)),
  ...readdirSync(join(workspace, 'packages')).map((name) => join('packages', name, 'README.md')),
]
const text = (document: string) => readFileSync(join(workspace, document), 'utf8')

describe('documents', () => {
  it('hold only programs that type-check as strict TypeScript', async () => {
    // Beside the examples, so that the packages resolve as they do for a user.
    const folder = await mkdtemp(join(workspace, 'examples', '.documents-'))
    try {
      const programs = documents.flatMap((document) =>
        [...text(document).matchAll(/^```ts\n(.*?)^```$/gms)].map(([, source = ''], index) => ({
          file: `${document.replaceAll(/[/.]/g, '-')}-${index}.ts`,
          source,
        })),
      )
      expect(programs.length).toBeGreaterThan(0)
      for (const { file, source } of programs) await writeFile(join(folder, file), `${source}\nexport {}\n`)
      const configuration = {
        extends: '../../tsconfig.json',
        compilerOptions: { noUnusedLocals: false },
        include: ['*.ts'],
      }
      await writeFile(join(folder, 'tsconfig.json'), JSON.stringify(configuration))
      const answer = await execute(join(workspace, 'node_modules', '.bin', 'tsc'), ['-p', folder]).then(
        () => '',
        (error: { stdout?: string }) => error.stdout || String(error),
      )
      expect(answer).toBe('')
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  })

  it.each(documents)('%s links to files that exist', (document) => {
    const broken = [...text(document).matchAll(/\]\((?!https?:|#|mailto:)([^)#\s]+)/g)]
      .map(([, target = '']) => target)
      .filter((target) => !existsSync(join(workspace, dirname(document), target)))
    expect(broken).toEqual([])
  })

  it('show a policy that is valid, and cases that it holds and that reach its rules', async () => {
    const blocks = [...text('docs/policy.md').matchAll(/^```yaml\n(version: 1.*?)^```$/gms)].map(
      ([, block]) => block,
    )
    const [policyText = '', casesText = ''] = blocks
    const { results, coverage } = testPolicy(await parsePolicy(policyText), await parsePolicyCases(casesText))
    expect(results.flatMap(({ differences }) => differences)).toEqual([])
    expect(coverage.every(({ cases }) => cases > 0)).toBe(true)
  })
})
