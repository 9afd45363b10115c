import { expect, it } from 'vitest'
import { measureWork } from '../src/workspace/measure-work.ts'
import { openWorkspace } from '../src/workspace/open-workspace.ts'
import { type Office, openOffice } from './support/office.ts'

const measured = async ({ repository, manager: { env } }: Office) =>
  (await measureWork(await openWorkspace({ cwd: repository, env }))).measured

/** An office whose main branch holds forty lines of secrets. */
async function officeWithKeys(): Promise<Office> {
  const office = await openOffice()
  office.git('checkout', '--quiet', 'main')
  office.write(
    'src/auth/keys.ts',
    Array.from({ length: 40 }, (_, at) => `export const k${at} = ${at}\n`).join(''),
  )
  office.git('add', '--all')
  office.git('commit', '--quiet', '--message', 'Keys')
  office.git('checkout', '--quiet', '-B', 'work')
  return office
}

it.each<[string, (office: Office) => unknown]>([
  ['by a rename', ({ git }) => git('mv', 'src/auth/keys.ts', 'escalation.md')],
  [
    'by a rename and a few other lines',
    (office) => {
      office.git('mv', 'src/auth/keys.ts', 'escalation.md')
      office.write('escalation.md', `${office.read('escalation.md')}export const more = 1\n`)
    },
  ],
  [
    'by a rename that is committed',
    ({ git }) => {
      git('mv', 'src/auth/keys.ts', 'escalation.md')
      git('commit', '--quiet', '--message', 'Ask')
    },
  ],
])('a file that becomes the request %s is gone from where it was', async (_name, move) => {
  const office = await officeWithKeys()
  await move(office)
  expect(await measured(office)).toMatchObject({
    changedFiles: 1,
    paths: ['src/auth/keys.ts'],
    sensitive: [{ path: 'src/auth/keys.ts' }],
  })
})

it('the request is no part of the work, whatever is like it', async () => {
  const office = await officeWithKeys()
  office.write('escalation.md', office.read('src/auth/keys.ts'))
  office.git('add', '--all')
  expect(await measured(office)).toMatchObject({ changedFiles: 0, changedLines: 0 })
})
