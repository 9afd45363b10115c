import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { scratch, setUpScratch } from './support/scratch.ts'

const passphrase = { env: { MODEL_POLICY_PASSPHRASE: 'correct horse' } }

/** Somebody at a terminal who gives these answers, in order. */
function atTerminal(...answers: string[]) {
  const asked: string[] = []
  const answer = async (question: string) => (asked.push(question), answers.shift() ?? '')
  return { asked, terminal: { line: answer, secret: answer } }
}

describe('init', () => {
  it('leaves a repository in which calls are decided', async () => {
    const { projectManager, repository } = await setUpScratch()
    expect(readFileSync(join(repository, 'model-policy.yaml'), 'utf8')).toContain('github:1234567')
    expect(readFileSync(join(repository, '.gitignore'), 'utf8')).toContain('MODEL_AUDIT.log\n')
    expect(await projectManager.type('check', '--model', 'gpt-5-mini')).toMatchObject({ code: 0 })
  })

  it('puts private keys outside the repository, for their owner alone', async () => {
    const { projectManager } = await setUpScratch()
    const folder = join(projectManager.env['HOME'] ?? '', '.config/model-policy/keys')
    const keys = readdirSync(folder)
    expect(keys).toHaveLength(2)
    for (const key of keys) expect(statSync(join(folder, key)).mode & 0o777).toBe(0o600)
  })

  it('makes nothing with --dry-run', async () => {
    const { person, repository } = scratch()
    const typed = await person('someone').type('init', '--person', 'github:1', '--dry-run')
    expect(typed).toMatchObject({ code: 0, out: expect.stringContaining('would make') })
    expect(readdirSync(repository)).toEqual(['.git'])
  })

  it('keeps a policy that is there, and signs it as it is', async () => {
    const { person, repository } = scratch()
    const policy =
      'version: 1\nmodels:\n  default: small\n  classes:\n    standard: { access: open, models: [small] }\n'
    writeFileSync(join(repository, 'model-policy.yaml'), policy)
    const someone = person('someone', passphrase)
    expect(await someone.type('init', '--person', 'github:1')).toMatchObject({ code: 0 })
    expect(readFileSync(join(repository, 'model-policy.yaml'), 'utf8')).toBe(policy)
    expect(await someone.type('check', '--model', 'small')).toMatchObject({ code: 0 })
  })

  it('leaves nothing half done when the policy that is there has a fault', async () => {
    const { person, repository } = scratch()
    writeFileSync(join(repository, 'model-policy.yaml'), 'version: 1\nmodel: {}\n')
    const typed = await person('someone', passphrase).type('init', '--person', 'github:1')
    expect(typed).toMatchObject({ code: 1, err: expect.stringContaining('policy_invalid') })
    expect(readdirSync(repository).toSorted()).toEqual(['.git', 'model-policy.yaml'])
  })

  it('refuses a repository that is set up, and says how to pin it', async () => {
    const { projectManager } = await setUpScratch()
    const typed = await projectManager.type('init', '--person', 'github:1234567')
    expect(typed).toMatchObject({
      code: 1,
      err: expect.stringMatching(/already_set_up[^]*model-policy trust/),
    })
  })

  it.each([
    ['who somebody is', [], passphrase.env, '--person'],
    ['a passphrase', ['--person', 'github:1'], {}, 'MODEL_POLICY_PASSPHRASE'],
  ])('without a terminal says how to give %s', async (_name, argv, env, remedy) => {
    const { person } = scratch()
    const typed = await person('someone', { env }).type('init', ...argv)
    expect(typed).toMatchObject({ code: 1, err: expect.stringContaining(remedy) })
  })

  it('asks for a new passphrase twice', async () => {
    const { person } = scratch()
    const { asked, terminal } = atTerminal('github:1', 'correct horse', 'correct hose')
    const typed = await person('someone', { terminal }).type('init')
    expect(typed).toMatchObject({ code: 1, err: expect.stringContaining('differ') })
    expect(asked).toHaveLength(3)
  })

  it('checks who somebody is before it asks for a passphrase', async () => {
    const { person } = scratch()
    const { asked, terminal } = atTerminal('me')
    const typed = await person('someone', { terminal }).type('init')
    expect(typed).toMatchObject({ code: 1, err: expect.stringContaining('kind:id') })
    expect(asked).toHaveLength(1)
  })
})
