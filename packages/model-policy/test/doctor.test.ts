import { chmodSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { generateKeyPair } from '@policy/core'
import { describe, expect, it } from 'vitest'
import { type Scratch, setUpScratch } from './support/scratch.ts'

const workflow = (uses: string) => `on: [pull_request, merge_group]
permissions: {}
concurrency: model-policy
jobs:
  model-policy:
    runs-on: ubuntu-24.04
    steps:
      - uses: ${uses}
        with: { persist-credentials: false }
`
const pinned = `actions/checkout@${'a'.repeat(40)}`

function write({ repository }: Scratch, path: string, text: string): void {
  mkdirSync(dirname(join(repository, path)), { recursive: true })
  writeFileSync(join(repository, path), text)
}

describe('doctor', () => {
  it('finds nothing wrong with a fresh set-up but that no workflow gates it', async () => {
    const made = await setUpScratch()
    const before = await made.projectManager.type('doctor')
    expect(before.code).toBe(0)
    expect(before.out).toContain('warning  workflow  no workflow runs model-policy')
    write(made, '.github/workflows/model-policy.yml', workflow(pinned))
    const after = await made.projectManager.type('doctor')
    expect(after.out).not.toMatch(/^(?:ERROR|warning)/m)
  })

  it.each<[string, (made: Scratch) => void | Promise<void>, number, string]>([
    [
      'an unpinned action',
      (made) => write(made, '.github/workflows/model-policy.yml', workflow('actions/checkout@v4')),
      1,
      'not pinned',
    ],
    [
      'a form that puts the label on',
      (made) => write(made, '.github/ISSUE_TEMPLATE/a.yml', 'labels: [model:codex-approve]\n'),
      1,
      'puts model:codex-approve on',
    ],
    ['a policy that was edited', (made) => write(made, 'model-policy.yaml', 'version: 1\n'), 1, 'policy'],
    [
      'a private key in the repository',
      async (made) => write(made, 'config/key.json', JSON.stringify((await generateKeyPair()).privateJwk)),
      1,
      'config/key.json holds a private key',
    ],
  ])('finds %s, and says what to do', async (_name, change, code, saw) => {
    const made = await setUpScratch()
    await change(made)
    const typed = await made.projectManager.type('doctor')
    expect(typed.code).toBe(code)
    expect(typed.out).toMatch(/^ERROR/m)
    expect(typed.out).toContain(saw)
    expect(typed.out).toContain('fix: ')
  })

  it('finds a private key that others can read', async () => {
    const made = await setUpScratch()
    const home = made.projectManager.env['HOME'] ?? ''
    const keys = readdirSync(home, { recursive: true, encoding: 'utf8' }).filter((name) =>
      name.endsWith('.key'),
    )
    expect(keys).not.toEqual([])
    chmodSync(join(home, keys[0] ?? ''), 0o644)
    expect(await made.projectManager.type('doctor')).toMatchObject({
      code: 1,
      out: expect.stringContaining('others can read'),
    })
  })

  it('prints SARIF for what is wrong with workflows', async () => {
    const made = await setUpScratch()
    write(made, '.github/workflows/model-policy.yml', workflow('actions/checkout@v4'))
    const { out } = await made.projectManager.type('doctor', '--sarif')
    const { version, runs } = JSON.parse(out) as {
      version: string
      runs: { results: { ruleId: string }[] }[]
    }
    expect([version, runs[0]?.results.map(({ ruleId }) => ruleId)]).toEqual(['2.1.0', ['unpinned-uses']])
  })

  it('finds that there is no repository', async () => {
    const { run } = await import('../src/command-line.ts')
    let out = ''
    const host = {
      cwd: '/',
      env: process.env,
      clock: Date.now,
      out: (text: string) => void (out += text),
      err: () => {},
      readInput: async () => '',
      terminal: undefined,
    }
    expect(await run(['doctor'], host)).toBe(1)
    expect(out).toMatch(/^ERROR {4}git/)
  })
})
