import type { CommandDefinition } from '../command-line/run.ts'
import { exitCode } from '../command-line/exit-code.ts'
import { ask, askNewPassphrase } from '../command-line/ask.ts'

interface InitOptions {
  repository?: string
  person?: string
  approver: string[]
  dryRun?: boolean
  json?: boolean
}

const collect = (value: string, before: string[]) => [...before, value]

/** `init`: a policy, the first signer's and approver's keys, and the trust root of this machine; run by a person. */
export const init: CommandDefinition = (program, host, finish) => {
  program
    .command('init')
    .description('set up this repository: policy, keys, signature, trust; run by a person')
    .option(
      '--repository <id>',
      'what the repository is called, such as github.com/acme/app (default: its origin remote)',
    )
    .option('--person <id>', 'who you are, such as github:1234567: you sign the policy and may approve')
    .option('--approver <id>', 'another person who may approve; may be repeated', collect, [])
    .option('--dry-run', 'make nothing, say what would be made')
    .option('--json', 'print the result as JSON')
    .action(
      finish(async (options: InitOptions) => {
        const [{ openRepository, userFolders }, { setUpRepository }, { PolicyError }, { randomBytes }] =
          await Promise.all([
            import('@policy/local'),
            import('../set-up/set-up-repository.ts'),
            import('@policy/core'),
            import('node:crypto'),
          ])
        const repository = await openRepository(host.cwd, { env: host.env })
        const repositoryId = options.repository ?? repository.remoteId
        if (repositoryId === undefined) {
          throw new PolicyError('usage', 'this repository has no origin remote that names it', {
            remedy: 'say what it is called: model-policy init --repository local/app',
          })
        }
        const person =
          options.person ?? (await ask(host, 'Who are you (such as github:1234567)? ', '--person'))
        const dryRun = options.dryRun === true
        const asked = {
          repository,
          folders: userFolders(host.env),
          repositoryId,
          person,
          people: options.approver,
          clock: host.clock,
          randomBytes,
        }
        // what would be refused is refused before anybody thinks up a passphrase
        const planned = await setUpRepository({ ...asked, passphrase: '', dryRun: true })
        const setUp = dryRun
          ? planned
          : await setUpRepository({ ...asked, passphrase: await askNewPassphrase(host), dryRun })
        if (options.json) {
          host.out(`${JSON.stringify({ repository: repositoryId, dryRun, ...setUp })}\n`)
          return exitCode.ok
        }
        host.out(`${dryRun ? 'Would set up' : 'Set up'} ${repositoryId}:\n`)
        for (const made of setUp.made) host.out(`  ${dryRun ? 'would make' : 'made'} ${made}\n`)
        for (const kept of setUp.kept) host.out(`  kept ${kept}, and signed it as it is\n`)
        if (setUp.signer !== undefined) host.out(advice(person, options.approver, setUp.signer))
        return exitCode.ok
      }),
    )
}

function advice(person: string, others: readonly string[], signer: string): string {
  const alone =
    others.length === 0
      ? `You alone can approve: an agent's escalations you can answer, but nobody can answer what you ask for yourself.\n`
      : ''
  return [
    alone,
    `Keys of ${person} lie in your configuration folder, outside the repository. Run agents as another user, or they can read what you can.\n`,
    'Next: commit model-policy.yaml, model-policy.test.yaml, .model-policy/ and .gitignore, then `model-policy check --model gpt-5-mini`.\n',
    `Other machines and users pin your key once: model-policy trust --signer ${signer.slice(0, 12)}\n`,
  ].join('')
}
