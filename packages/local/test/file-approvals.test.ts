import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { appendApproval, type Escalation, escalationDigest, generateKeyPair } from '@policy/core'
import { fileApprovals } from '@policy/local'
import { expect, it, onTestFinished } from 'vitest'
import { scratchFolder } from './support/scratch-repository.ts'

const { publicJwk } = await generateKeyPair()

const askFor = (task: string): Escalation => ({
  escalation: 1,
  id: 'esc_01JD0000000000000000000000',
  task,
  agent: 'agent:bot',
  agentKey: publicJwk,
  persona: 'developer',
  request: { model: 'gpt-5.3-codex' },
  repo: 'github.com/acme/app',
  ledger: 'led_01JD0000000000000000000000',
  base: 'a'.repeat(40),
  reasons: ['complexity'],
  summary: 'Split the session store',
  measured: null,
  paths: ['src/**'],
  estimate: { promptTokens: 1000, outputs: [] },
  policy: `sha256:${'b'.repeat(64)}`,
})

async function startAsker(file: string, grants: string): Promise<ChildProcess> {
  const child = fork(join(import.meta.dirname, 'support/asker.ts'), [file, grants], {
    execArgv: ['--conditions=@policy/source'],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  })
  onTestFinished(() => void child.kill())
  await once(child, 'message')
  return child
}

async function tell(child: ChildProcess, escalation: Escalation): Promise<unknown> {
  const told = once(child, 'message')
  child.send(escalation)
  return (await told)[0]
}

it.each<[string, boolean, (file: string, grants: string) => Promise<unknown>]>([
  ['where nothing was asked', true, async (file) => rmSync(file, { force: true })],
  ['where nothing was asked, as several users', false, async (file) => rmSync(file, { force: true })],
  [
    'where the last request is answered',
    true,
    async (file, grants) => {
      rmSync(file, { force: true })
      await fileApprovals({ file, grants }).request(askFor('ISSUE-0'))
      const text = readFileSync(file, 'utf8')
      const answer = { by: 'github:1', at: '2026-11-22T12:00:00Z', token: 'a.b.c', reason: 'no' }
      const escalation = escalationDigest(text)
      writeFileSync(file, appendApproval(text, { decision: 'declined', ...answer, escalation }))
    },
  ],
])(
  'of processes that ask at once %s, one is heard and the others are told',
  async (_name, shared, prepare) => {
    const folder = scratchFolder()
    const file = join(folder, 'escalation.md')
    const grants = (user: number) => join(folder, `state-${shared ? 0 : user}`)
    const tasks = ['ISSUE-1', 'ISSUE-2', 'ISSUE-3']
    const askers = await Promise.all(tasks.map((_task, user) => startAsker(file, grants(user))))
    for (let round = 0; round < 5; round++) {
      await prepare(file, grants(0))
      const told = await Promise.all(askers.map((asker, at) => tell(asker, askFor(tasks[at] ?? ''))))
      expect(told.toSorted()).toEqual(['asked', 'escalation_pending', 'escalation_pending'])
      expect(readFileSync(file, 'utf8')).toContain(`task: ${tasks[told.indexOf('asked')]}`)
    }
  },
)
