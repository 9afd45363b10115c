import type { KeyRole, PublicKeyRecord } from '@policy/core'
import { Option } from 'commander'
import { ask, askPassphrase } from '../command-line/ask.ts'
import { exitCode } from '../command-line/exit-code.ts'
import type { CommandDefinition } from '../command-line/command-definition.ts'

interface GenerateOptions {
  role: KeyRole
  subject?: string
  persona: string[]
  notAfter?: string
  json?: boolean
}

const collect = (value: string, before: string[]) => [...before, value]
const toSign = 'It counts once a signer has signed the keys file: model-policy policy sign\n'

const modules = () =>
  Promise.all([import('../keys/key-places.ts'), import('@policy/local'), import('@policy/core')] as const)

/** `keys generate|list|revoke|export`: the public keys of this repository, and whose private halves this user holds. No private key is ever shown. */
export const keys: CommandDefinition = (program, host, finish) => {
  const command = program.command('keys').description('who may sign what in this repository')
  const open = async () => {
    const [{ keyPlaces }, local] = await modules()
    const places = await keyPlaces(host)
    return { places, keys: await local.loadKeys(places.folder) }
  }
  const tell = (json: boolean | undefined, data: object, text: string) =>
    host.out(json ? `${JSON.stringify(data)}\n` : text)

  command
    .command('generate')
    .description('make a key: the private half stays with you, the public one goes into the keys file')
    .addOption(
      new Option('--role <role>', 'what it may sign')
        .choices(['approver', 'minter', 'measurer', 'signer'])
        .makeOptionMandatory(),
    )
    .option('--subject <id>', 'whose key it is, such as github:1234567')
    .option(
      '--persona <name>',
      "a persona its holder acts in; may be repeated (default: the approvers' for an approver)",
      collect,
      [],
    )
    .option('--not-after <date>', 'signatures after it do not count')
    .option('--json', 'print the result as JSON')
    .action(
      finish(async (options: GenerateOptions) => {
        const { generateKey } = await import('../keys/generate-key.ts')
        const { readPolicy } = await import('@policy/local')
        const { places, keys: known } = await open()
        const { role, notAfter, json } = options
        const { policy } = await readPolicy(places.top)
        const usual = role === 'approver' ? [policy.document.escalation.approvers.persona] : []
        const { record, file } = await generateKey(places, known, {
          role,
          subject:
            options.subject ?? (await ask(host, 'Whose key is it (such as github:1234567)? ', '--subject')),
          personas: options.persona.length > 0 ? options.persona : usual,
          ...(notAfter !== undefined && { notAfter }),
          passphrase: await askPassphrase(host, 'A passphrase for the new key: '),
          clock: host.clock,
        })
        tell(json, { ...record, file }, `Made ${keyText(record)}  private half: ${file}\n${toSign}`)
        return exitCode.ok
      }),
    )
  command
    .command('list')
    .description('list the public keys, and which private halves you hold')
    .option('--json', 'print them as JSON')
    .action(
      finish(async ({ json }: { json?: boolean }) => {
        const [, { listPrivateKeys }] = await modules()
        const { places, keys: known } = await open()
        const held = await listPrivateKeys(places.own)
        const all = known.records.map((record) => ({ ...record, held: held.includes(record.kid) }))
        tell(
          json,
          all,
          all.map((record) => `${keyText(record)}${record.held ? '  you hold it\n' : ''}`).join(''),
        )
        return exitCode.ok
      }),
    )
  command
    .command('revoke')
    .description('mark a key as revoked in the keys file')
    .argument('<thumbprint>', 'the key, or what its thumbprint begins with')
    .option('--json', 'print the result as JSON')
    .action(
      finish(async (thumbprint: string, { json }: { json?: boolean }) => {
        const [{ findKey }, { revokeKey }] = await Promise.all([
          import('../keys/find-key.ts'),
          import('../keys/revoke-key.ts'),
        ])
        const { places, keys: known } = await open()
        const revoked = await revokeKey(places, known, findKey(known, thumbprint), host.clock)
        tell(
          json,
          revoked,
          `Revoked ${keyText(revoked)}${toSign}Until then, at once and here: model-policy revoke --key ${revoked.kid}\n`,
        )
        return exitCode.ok
      }),
    )
  command
    .command('export')
    .description('print a public key as a JWK, or as a verifier key of signed notes')
    .argument('<thumbprint>', 'the key, or what its thumbprint begins with')
    .option('--note <name>', 'as a note verifier key with this name, such as the origin of a log')
    .action(
      finish(async (thumbprint: string, { note }: { note?: string }) => {
        const [{ findKey }, { verifierKey }] = await Promise.all([
          import('../keys/find-key.ts'),
          import('@policy/audit'),
        ])
        const { keys: known } = await open()
        const { key, kid } = findKey(known, thumbprint)
        host.out(
          `${note === undefined ? JSON.stringify({ ...key, kid, alg: 'Ed25519', use: 'sig' }) : verifierKey(note, key)}\n`,
        )
        return exitCode.ok
      }),
    )
}

function keyText({ kid, role, subject, personas, notBefore, notAfter, revokedAt }: PublicKeyRecord): string {
  const acting = personas.length > 0 ? ` as ${personas.join(', ')}` : ''
  const until = revokedAt === undefined ? `until ${notAfter ?? 'revoked'}` : `REVOKED at ${revokedAt}`
  return `${kid}\n  ${role} of ${subject}${acting}, from ${notBefore}, ${until}\n`
}
