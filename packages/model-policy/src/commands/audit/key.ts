import { askNewPassphrase } from '../../command-line/ask.ts'
import { exitCode } from '../../command-line/exit-code.ts'
import type { CommandDefinition } from '../../command-line/command-definition.ts'

interface KeyOptions {
  new?: boolean
  json?: boolean
}

/** `audit key`: the public key that this machine's log is sealed with, as a line of `.model-policy/log.vkey`. */
export const key: CommandDefinition = (program, host, finish) => {
  program
    .command('key')
    .description("print the public key of this machine's log, as a line for .model-policy/log.vkey")
    .option('--new', 'make the key first, under a passphrase, and pin it here; run by a person')
    .option('--json', 'print the result as JSON')
    .action(
      finish(async (options: KeyOptions) => {
        const [{ findTrust, openRepository, userFolders }, { makeLogKey }, { PolicyError }] =
          await Promise.all([
            import('@policy/local'),
            import('../../audit/machine-key.ts'),
            import('@policy/core'),
          ])
        const repository = await openRepository(host.cwd, { env: host.env })
        const folders = userFolders(host.env)
        const trust = await findTrust(repository, folders)
        if (options.new === true && trust.log !== undefined) {
          throw new PolicyError(
            'usage',
            `this machine has a key for ${trust.log.origin}: ${trust.log.vkey}`,
            {
              remedy: 'print it without --new; to seal with another, pin that: model-policy trust --log-key',
            },
          )
        }
        const log =
          options.new === true
            ? await makeLogKey({ repository, folders, trust, passphrase: await askNewPassphrase(host) })
            : trust.log
        if (log === undefined) {
          throw new PolicyError('key_missing', 'no key is pinned for the log of this machine', {
            remedy: 'Let a person make one: model-policy audit key --new',
          })
        }
        host.out(options.json ? `${JSON.stringify(log)}\n` : `${log.vkey}\n`)
        host.err(
          'Evidence sealed with it verifies once this line is in .model-policy/log.vkey on the base branch: add it by a pull request.\n',
        )
        return exitCode.ok
      }),
    )
}
