import type { CommandDefinition } from '../command-line/command-definition.ts'
import { exitCode } from '../command-line/exit-code.ts'
import { askNewPassphrase } from '../command-line/ask.ts'
import type { InitAnswers } from '../set-up/ask-set-up.ts'

interface InitOptions extends InitAnswers {
  approver: string[]
  dryRun?: boolean
  json?: boolean
}

const collect = (value: string, before: string[]) => [...before, value]

/** `init`: a policy, the first signer's and approver's keys, the trust root of this machine, and the gate for pull requests; run by a person. */
export const init: CommandDefinition = (program, host, finish) => {
  program
    .command('init')
    .description(
      'set up what this repository lacks: policy, keys, signature, trust, workflow; run by a person',
    )
    .option(
      '--repository <id>',
      'what the repository is called, such as github.com/acme/app (default: its origin remote)',
    )
    .option('--person <id>', 'who you are, such as github:1234567: you sign the policy and may approve')
    .option('--approver <id>', 'another person who may approve; may be repeated', collect, [])
    .option('--workflow', 'write the workflow that judges pull requests, and a section for their template')
    .option('--no-workflow', 'leave pull requests alone (default: write it where origin is on GitHub)')
    .option('--replace', 'put the workflow in the place of one that differs')
    .option('--yes', 'ask nothing: take what is usual, and keep every file that is there')
    .option('--dry-run', 'make nothing, show what would change file by file')
    .option('--json', 'print the result as JSON')
    .action(
      finish(async (options: InitOptions) => {
        const [
          { openRepository, userFolders },
          { askSetUp },
          { readStanding },
          { adviceText, changesNothing, setUpText },
          { setUpRepository },
          { madeOutside },
          { randomBytes },
          { realpath },
          { relative },
        ] = await Promise.all([
          import('@policy/local'),
          import('../set-up/ask-set-up.ts'),
          import('../set-up/read-standing.ts'),
          import('../set-up/set-up-text.ts'),
          import('../set-up/set-up-repository.ts'),
          import('../set-up/make-identity.ts'),
          import('node:crypto'),
          import('node:fs/promises'),
          import('node:path'),
        ])
        const repository = await openRepository(host.cwd, { env: host.env })
        const folders = userFolders(host.env)
        const standing = await readStanding(repository, folders)
        // what would be refused is refused before anybody thinks up a passphrase
        const asked = await askSetUp(host, repository, standing, options)
        const { repositoryId, person, plan } = asked
        const base = { repository, folders, repositoryId, person, clock: host.clock, randomBytes }
        const outside = madeOutside(base, standing)
        const nothing = changesNothing(plan, standing)
        const dryRun = options.dryRun === true
        const passphrase = () =>
          outside.length === 0 ? '' : askNewPassphrase(options.yes ? { ...host, terminal: undefined } : host)
        const signer =
          dryRun || nothing
            ? undefined
            : await setUpRepository({ ...base, standing, plan, passphrase: await passphrase() })
        const notes = [
          ...plan.missing,
          ...(standing.identity === 'present' && standing.trust === undefined
            ? ['this machine has not pinned it yet: model-policy trust']
            : []),
        ]
        if (options.json) {
          host.out(
            `${JSON.stringify({ repository: repositoryId, dryRun, files: plan.files, outside, notes, signer })}\n`,
          )
          return exitCode.ok
        }
        const did = dryRun ? 'Would set up' : 'Set up'
        host.out(
          nothing ? `${repositoryId} is set up already: nothing to change.\n` : `${did} ${repositoryId}:\n`,
        )
        host.out(setUpText(plan, outside))
        for (const note of notes) host.out(`Note: ${note}\n`)
        if (signer !== undefined) {
          const toTop = relative(await realpath(host.cwd), repository.top)
          host.out(adviceText(person, options.approver, signer, plan, toTop))
        }
        return exitCode.ok
      }),
    )
}
