import { join } from 'node:path'
import { parseEscalation } from '@policy/core'
import { expect, it } from 'vitest'
import { openGuard } from '../src/index.ts'
import { askedOffice, entries, escalate } from './support/asked-office.ts'
import { passphrase } from './support/office.ts'

const declined = 'dev.modelpolicy.approval.declined.v1'

it.each([
  ['a family of emoji', 'Ask the 👨‍👩‍👧 team first', 'Ask the 👨‍👩‍👧 team first'],
  ['a flag that tags spell', '🏴󠁧󠁢󠁥󠁮󠁧󠁿 only', undefined],
  ['letters that joiners shape', 'نمی‌خواهم', undefined],
  ['marks that reorder', 'a\u202Eb', String.raw`a\u{202e}b`],
  ['two lines and an escape', 'first\nsecond\u001b[2J', String.raw`first\u{a}second\u{1b}[2J`],
  ['as much as the log holds whole', `${'é'.repeat(1990)}`, 'é'.repeat(1990)],
])('a decline says %s: people read it, and so does the agent', async (_name, reason, shown) => {
  const office = await askedOffice()
  const typed = await office.manager.type(['decline', '--reason', reason], [passphrase])
  expect(typed).toMatchObject({ code: 0 })
  const text = office.read('escalation.md')
  expect(text).not.toMatch(/(?!\n)[\p{Cc}\p{Cf}]/u)
  expect((await parseEscalation(text)).approval).toMatchObject({ decision: 'declined', reason })
  expect(entries(office).at(-1)?.data).toMatchObject({ 'model_policy.reason': reason })
  const again = await office.manager.type(escalate)
  expect(again.code).toBe(3)
  if (shown !== undefined) expect(again.out).toContain(`declined by github:1: ${shown}.`)
  expect(again.out).not.toContain('\u001b')
})

it('a decline with emoji ends the wait of the agent with that reason', async () => {
  const office = await askedOffice()
  await office.manager.type(['decline', '--reason', 'Ask the 👨‍👩‍👧 team first'], [passphrase])
  const { escalation } = await parseEscalation(office.read('escalation.md'))
  await using guard = await openGuard({
    cwd: office.repository,
    env: office.manager.env,
    agent: 'agent:bot',
    persona: 'developer',
  })
  await expect(guard.requestApproval(escalation, { timeout: 0 })).rejects.toMatchObject({
    code: 'approval_declined',
    message: expect.stringContaining('Ask the 👨‍👩‍👧 team first'),
  })
})

it.each([
  ['letters', 'y'.repeat(9000)],
  ['letters of four bytes', '𝕏'.repeat(1200)],
])('a reason of too many %s is refused before the passphrase, and nothing is done', async (_name, reason) => {
  const office = await askedOffice()
  const before = office.read('escalation.md')
  const typed = await office.manager.type(['decline', '--reason', reason], [])
  expect(typed.code).toBe(1)
  expect(typed.err).toContain(`the reason is ${reason.length} characters long`)
  expect(typed.err).toContain('[usage]\n  next: say it shorter')
  expect(office.read('escalation.md')).toBe(before)
  expect(entries(office).map(({ type }) => type)).not.toContain(declined)
})

it('an answer that would leave a file nobody can read is refused, with its place, and nothing is done', async () => {
  const office = await askedOffice()
  office.git('clean', '--quiet', '--force', 'escalation.md')
  const paths = Array.from({ length: 30 }, (_, index) => ['--output', `${index}${'x'.repeat(990)}`]).flat()
  expect(await office.manager.type([...escalate, ...paths])).toMatchObject({ code: 0 })
  const before = office.read('escalation.md')
  const typed = await office.manager.type(['decline', '--json', '--reason', 'z'.repeat(3900)], [passphrase])
  expect(typed.code).toBe(1)
  expect(JSON.parse(typed.err.slice(typed.err.indexOf('{')))).toMatchObject({
    error: {
      code: 'escalation_malformed',
      message: expect.stringMatching(/^with this answer nobody could read .*; 65536 is the most/),
      place: { file: join(office.repository, 'escalation.md'), line: 1 },
    },
  })
  expect(office.read('escalation.md')).toBe(before)
  expect(entries(office).map(({ type }) => type)).not.toContain(declined)
})
