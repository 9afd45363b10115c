import { join } from 'node:path'
import { generateLogKey, type LogKey } from '@policy/audit'
import { type LoopbackServer, startLoopbackServer } from '@policy/client/testing'
import { type Guard, openGuard, type OpenGuardOptions } from 'model-policy'
import OpenAI from 'openai'
import { commitAll, git } from './git.ts'
import type { Narrator } from './narrator.ts'
import { type Person, person } from './people.ts'
import type { Source } from './source.ts'

/** What every step works with. */
export interface Workshop {
  narrator: Narrator
  /** Everything the demo makes lies below it. */
  folder: string
  /** The repository the agent works in. */
  repository: string
  server: LoopbackServer
  projectManager: Person
  agent: Person
  source: Source
  /** Whoever seals the log: a key that neither of them holds. */
  sealer: LogKey & { origin: string }
  /** A guard as the agent opens it, with whatever an attacker would hand in. */
  openGuard(options?: OpenGuardOptions): Promise<Guard>
  /** A client as anybody makes one; it would reach the server. */
  client(): OpenAI
}

const origin = 'github.com/acme/app/model-audit'
const passphrase = 'a passphrase the agent never sees'

/** The demo's small world: a folder, a repository in it, a server on loopback, a project manager and an agent with homes of their own. */
export async function openWorkshop(
  narrator: Narrator,
  folder: string,
  source: Source,
): Promise<Workshop & AsyncDisposable> {
  const server = await startLoopbackServer()
  const repository = join(folder, 'repository')
  const projectManager = person(folder, 'project-manager', repository, {
    passphrase,
    line: (question) => /type (?:the word )?["“`]?(\w+)/i.exec(question)?.[1] ?? '',
  })
  const agent = person(folder, 'agent', repository)
  return {
    narrator,
    folder,
    repository,
    server,
    projectManager,
    agent,
    source,
    sealer: { origin, ...generateLogKey(origin) },
    openGuard: (options) =>
      openGuard({
        cwd: repository,
        env: agent.env,
        agent: 'agent:refactor-bot',
        persona: 'developer',
        ...options,
      }),
    client: () => new OpenAI({ apiKey: 'sk-demo', baseURL: server.url }),
    [Symbol.asyncDispose]: () => server.close(),
  }
}

/** Step b: a repository of its own, set up by the project manager, pinned by the agent's user. */
export async function setUp({
  narrator,
  repository,
  source,
  sealer,
  projectManager,
  agent,
}: Workshop): Promise<void> {
  source.before(repository)
  git(repository, 'remote', 'add', 'origin', 'https://github.com/acme/app.git')
  const made = await projectManager.type(['init', '--person', 'github:1234567'])
  narrator.quote(made.output)
  narrator.expect('the project manager set up policy, keys, signature and trust', made.code === 0)
  commitAll(repository, 'Set up the model policy')
  git(repository, 'checkout', '--quiet', '-b', 'work')
  const [, signer = ''] = /trust --signer ([\w-]+)/.exec(made.output) ?? []
  const log = ['--log-origin', sealer.origin, '--log-key', sealer.vkey]
  const pinned = await agent.type(['trust', '--signer', signer, ...log])
  narrator.quote(pinned.output)
  narrator.expect("the agent's user pinned the signer, and holds no key that approves", pinned.code === 0)
}
