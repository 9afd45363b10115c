import { expect, it } from 'vitest'
import { escalate, yes } from './support/asked-office.ts'
import { type Office, openOffice } from './support/office.ts'

const commit = ({ git }: Office, message: string) => {
  git('add', '--all', '--', ':!MODEL_AUDIT.log')
  git('commit', '--quiet', '--message', message)
  return git('rev-parse', 'HEAD').slice(0, 12)
}
const lines = (count: number) => Array.from({ length: count }, (_, at) => `line ${at}\n`).join('')
const ask = async ({ manager }: Office, ...argv: string[]) =>
  expect(await manager.type([...escalate, '--path', 'docs/**', ...argv])).toMatchObject({ code: 0 })

/** What a person reads last before they are asked. */
const before = (err: string) => err.slice(err.indexOf('A yes grants'), err.indexOf('Type "approve"'))

it('says what work lies before the commit that the agent named, right above the question', async () => {
  const office = await openOffice()
  const usual = office.git('rev-parse', 'main').slice(0, 12)
  office.write('src/auth/login.ts', lines(900))
  const from = commit(office, 'Much')
  await ask(office, '--base', 'HEAD')
  const { out, err } = await office.manager.type(['approve', '--json'], yes)
  expect(before(err).split('\n').slice(2)).toEqual([
    `WORK IS LEFT OUT: 1 commit BEFORE ${from} IS NOT COUNTED.`,
    `The work left main at ${usual}. A grant counts from ${from}, and holds nothing before it to its paths or to a threshold:`,
    '  files: 1, lines: 900, modules: 1, sensitive paths: 1',
    '  src/auth/login.ts  +900 -0',
    `All of it, from ${usual} to what lies here:`,
    '  files: 1, lines: 900, modules: 1, sensitive paths: 1',
    '  It crosses thresholds of the policy:',
    '    900 changed lines: more than 400 changed lines: an objective reason to escalate',
    '    "src/auth/login.ts" (**/auth/**): touches sensitive paths: an objective reason to escalate',
    'Where these commits are merged already, fetch main and look again.',
    '',
    '',
  ])
  expect(JSON.parse(out)).toMatchObject({
    decision: 'approved',
    start: {
      type: 'later',
      branch: 'refs/heads/main',
      uncounted: { commits: 1, changedFiles: 1, changedLines: 900, sensitive: ['src/auth/login.ts'] },
    },
  })
})

it('names the sensitive paths among many files', async () => {
  const office = await openOffice()
  for (let at = 0; at < 30; at++) office.write(`docs/${at}.md`, 'x\n')
  office.write('src/auth/zone.ts', 'x\n')
  commit(office, 'Many')
  await ask(office, '--base', 'HEAD')
  const { err } = await office.manager.type(['approve'], [''])
  expect(before(err)).toContain('  src/auth/zone.ts  +1 -0\n')
  expect(before(err)).toContain('  … and 11 more\n')
})

it.each<[string, number, number, string]>([
  ['each part is small and the whole is not', 300, 300, '600 changed lines: more than 400'],
  ['the whole is small', 2, 3, '  It crosses no threshold of the policy.'],
])('measures the whole work too, where %s', async (_name, committed, since, told) => {
  const office = await openOffice()
  office.write('docs/a.md', lines(committed))
  commit(office, 'First half')
  office.write('docs/b.md', lines(since))
  await ask(office, '--base', 'HEAD')
  const { err } = await office.manager.type(['approve'], [''])
  expect(before(err)).toContain(`files: 2, lines: ${committed + since}`)
  expect(before(err)).toContain(told)
})

it('tells of commits that undo each other', async () => {
  const office = await openOffice()
  office.write('src/auth/login.ts', 'x\n')
  commit(office, 'Do')
  office.git('revert', '--no-edit', 'HEAD')
  await ask(office, '--base', 'HEAD')
  const { err } = await office.manager.type(['approve'], [''])
  expect(before(err)).toMatch(/WORK IS LEFT OUT: 2 commits BEFORE \w{12} ARE NOT COUNTED/)
  expect(before(err)).toContain('files: 0, lines: 0')
})

it('says nothing of it where all the work is counted, also after the main branch was merged in', async () => {
  const office = await openOffice()
  office.write('docs/a.md', 'x\n')
  commit(office, 'Work')
  await ask(office)
  office.git('checkout', '--quiet', 'main')
  office.git('commit', '--quiet', '--allow-empty', '--message', 'Others')
  office.git('checkout', '--quiet', 'work')
  office.git('merge', '--quiet', '--no-edit', 'main')
  const { out, err } = await office.manager.type(['approve', '--json'], yes)
  expect(before(err).split('\n').slice(1)).toEqual([''])
  expect(JSON.parse(out)).toMatchObject({ start: { type: 'usual' } })
})

it('says when what lies here does not build on the commit', async () => {
  const office = await openOffice()
  const usual = office.git('rev-parse', 'main').slice(0, 12)
  office.write('docs/a.md', 'x\n')
  const from = commit(office, 'Work')
  await ask(office, '--base', 'HEAD')
  office.git('checkout', '--quiet', '-B', 'other', 'main')
  const { err } = await office.manager.type(['approve'], [''])
  expect(before(err)).toContain(`WHAT LIES HERE DOES NOT BUILD ON THE COMMIT THAT IT NAMES, ${from}.`)
  expect(before(err)).toContain(`It was measured from ${usual}, the last commit of both.`)
})

it('says when this clone does not know where the work started', async () => {
  const office = await openOffice()
  office.write('src/auth/login.ts', 'x\n')
  commit(office, 'Work')
  await ask(office, '--base', 'HEAD')
  office.git('branch', '--quiet', '--delete', '--force', 'main')
  const { out, err } = await office.manager.type(['approve', '--json'], yes)
  expect(before(err)).toContain('NOBODY CAN SAY HERE WHETHER IT COUNTS ALL THE WORK.')
  expect(before(err)).toContain('does not know where the work left main, release/*')
  expect(JSON.parse(out)).toMatchObject({ start: { type: 'unknown' } })
})
