import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { generateKeyPair } from '@policy/core'
import { savePrivateKey } from '@policy/local'
import { expect, it, onTestFinished } from 'vitest'
import { openAgentKey } from '../src/workspace/open-agent-key.ts'
import { openWorkspace } from '../src/workspace/open-workspace.ts'
import { type Office, openOffice } from './support/office.ts'

async function startAgent({ repository, manager }: Office): Promise<ChildProcess> {
  const child = fork(join(import.meta.dirname, 'support/key-process.ts'), {
    cwd: repository,
    env: manager.env,
    execArgv: ['--conditions=@policy/source'],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  })
  onTestFinished(() => void child.kill())
  await once(child, 'message')
  return child
}

it('processes that use an agent for the first time at once get one key', async () => {
  const office = await openOffice()
  const { paths } = await openWorkspace({ cwd: office.repository, env: office.manager.env })
  const processes = await Promise.all([startAgent(office), startAgent(office), startAgent(office)])
  for (let round = 0; round < 5; round++) {
    const agent = `agent:bot-${round}`
    const told = await Promise.all(
      processes.map(async (child) => {
        const answer = once(child, 'message')
        child.send(agent)
        return (await answer)[0] as string
      }),
    )
    expect(new Set(told).size).toBe(1)
    expect(told[0]).toMatch(/^[\w-]{43}$/)
    const folder = join(paths.agents, encodeURIComponent(agent))
    expect(readdirSync(folder)).toEqual(['sole.key'])
    expect(statSync(join(folder, 'sole.key')).mode & 0o777).toBe(0o600)
  }
})

it('an agent keeps the key that it had, also where there are several', async () => {
  const office = await openOffice()
  const workspace = await openWorkspace({ cwd: office.repository, env: office.manager.env })
  const folder = join(workspace.paths.agents, encodeURIComponent('agent:bot'))
  const pairs = [await generateKeyPair(), await generateKeyPair(), await generateKeyPair()]
  for (const { privateJwk } of pairs) await savePrivateKey({ folder, workingTree: undefined }, privateJwk, '')
  const [first] = pairs.toSorted((one, other) => (one.kid < other.kid ? -1 : 1))
  for (let time = 0; time < 2; time++)
    expect(await openAgentKey(workspace, 'agent:bot', '')).toMatchObject({ publicJwk: first?.publicJwk })
  expect(readdirSync(folder)).toHaveLength(3)
})

it('a key under another passphrase stays locked, and is not made anew', async () => {
  const office = await openOffice()
  const workspace = await openWorkspace({ cwd: office.repository, env: office.manager.env })
  const { publicJwk } = await openAgentKey(workspace, 'agent:bot', 'secret')
  await expect(openAgentKey(workspace, 'agent:bot', '')).rejects.toMatchObject({ code: 'key_locked' })
  expect(await openAgentKey(workspace, 'agent:bot', 'secret')).toMatchObject({ publicJwk })
})
