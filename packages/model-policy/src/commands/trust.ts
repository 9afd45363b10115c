import type { CommandDefinition } from '../command-line/command-definition.ts'
import { ask } from '../command-line/ask.ts'
import { exitCode } from '../command-line/exit-code.ts'

interface TrustOptions {
  signer: string[]
  repository?: string
  logOrigin?: string
  logKey?: string
  json?: boolean
}

const collect = (value: string, before: string[]) => [...before, value]

/** `trust`: pin this repository's signers on this machine; `trust show`: what is pinned. */
export const trust: CommandDefinition = (program, host, finish) => {
  const command = program
    .command('trust')
    .description('pin who signs the policy of this repository, on this machine; run by a person')
    .option(
      '--signer <thumbprint>',
      "thumbprint of a signer's key, or its first 12 characters; may be repeated",
      collect,
      [],
    )
    .option('--repository <id>', 'what the repository is called (default: its origin remote)')
    .option('--log-origin <name>', "the audit log's origin, with --log-key")
    .option('--log-key <vkey>', "the verifier key of the log's sealer, with --log-origin")
    .option('--json', 'print the result as JSON')
    .action(
      finish(async (options: TrustOptions) => {
        const [
          { knownTrust, openRepository, userFolders },
          { pinRepository },
          { trustText },
          { PolicyError, thumbprint },
          { randomBytes },
        ] = await Promise.all([
          import('@policy/local'),
          import('../trust/pin-repository.ts'),
          import('../trust/trust-text.ts'),
          import('@policy/core'),
          import('node:crypto'),
        ])
        const repository = await openRepository(host.cwd, { env: host.env })
        const repositoryId = options.repository ?? repository.remoteId
        if (repositoryId === undefined) {
          throw new PolicyError('usage', 'this repository has no origin remote that names it', {
            remedy: 'say what it is called: model-policy trust --repository local/app',
          })
        }
        const { logOrigin: origin, logKey: vkey } = options
        if ((origin === undefined) !== (vkey === undefined)) {
          throw new PolicyError('usage', '--log-origin and --log-key go together')
        }
        const question = `Ask a signer of ${repositoryId} for the thumbprint of their key, and type its first 12 characters: `
        const folders = userFolders(host.env)
        const { machine, own } = await knownTrust(folders, repositoryId)
        // who only adds the log's key to what is pinned has named its signers before
        const kept =
          origin === undefined ? [] : ((machine ?? own)?.signers ?? []).map((key) => thumbprint(key))
        const named = options.signer.length > 0 ? options.signer : kept
        const signers = named.length > 0 ? named : [await ask(host, question, '--signer <thumbprint>')]
        const pinned = await pinRepository({
          repository,
          folders,
          repositoryId,
          signers,
          ...(origin === undefined || vkey === undefined ? {} : { log: { origin, vkey } }),
          clock: host.clock,
          randomBytes,
        })
        host.out(
          options.json
            ? `${JSON.stringify(pinned)}\n`
            : `Pinned in ${pinned.file}:\n${trustText(pinned.trust)}`,
        )
        return exitCode.ok
      }),
    )
  command
    .command('show')
    .description('print what is pinned for this repository on this machine')
    .option('--json', 'print the result as JSON')
    .action(
      // the parent has a --json of its own and takes the flag first
      finish(async () => {
        const [{ findTrust, openRepository, userFolders }, { trustText }] = await Promise.all([
          import('@policy/local'),
          import('../trust/trust-text.ts'),
        ])
        const repository = await openRepository(host.cwd, { env: host.env })
        const found = await findTrust(repository, userFolders(host.env))
        host.out(command.opts<TrustOptions>().json ? `${JSON.stringify(found)}\n` : trustText(found))
        return exitCode.ok
      }),
    )
}
