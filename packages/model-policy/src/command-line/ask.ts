import { PolicyError } from '@policy/core'
import type { Host } from './host.ts'

/**
 * Ask a person for one line.
 *
 * @throws `usage` where there is no terminal, naming the option that answers instead; `usage` for an empty answer.
 */
export async function ask(host: Host, question: string, option: string): Promise<string> {
  if (host.terminal === undefined) {
    throw new PolicyError('usage', `there is no terminal to ask: ${question.trim()}`, {
      remedy: `give ${option}`,
    })
  }
  const answer = (await host.terminal.line(question)).trim()
  if (answer !== '') return answer
  throw new PolicyError('usage', 'an answer is needed', { remedy: `give ${option}` })
}

/** Ask a person for yes or no, again until it is one; Enter, and having no terminal, take the usual answer. */
export async function askYesNo(host: Host, question: string, usual: boolean): Promise<boolean> {
  if (host.terminal === undefined) return usual
  const answer = (await host.terminal.line(`${question} (${usual ? 'Y/n' : 'y/N'}) `)).trim().toLowerCase()
  if (answer === '') return usual
  if (['y', 'yes'].includes(answer)) return true
  return ['n', 'no'].includes(answer) ? false : askYesNo(host, question, usual)
}

/**
 * The passphrase of a person's key: `MODEL_POLICY_PASSPHRASE`, else asked for without showing it.
 *
 * @throws `usage` where there is neither, or it is empty.
 */
export async function askPassphrase(host: Host, question: string): Promise<string> {
  const given = host.env['MODEL_POLICY_PASSPHRASE']
  if (given) return given
  if (host.terminal === undefined) {
    throw new PolicyError('usage', 'there is no terminal to ask for the passphrase', {
      remedy: 'run it in a terminal, or set MODEL_POLICY_PASSPHRASE',
    })
  }
  const answer = await host.terminal.secret(question)
  if (answer !== '') return answer
  throw new PolicyError('usage', 'a passphrase is needed: it protects the keys that approve')
}

/**
 * A passphrase for new keys: `MODEL_POLICY_PASSPHRASE`, else asked for twice.
 *
 * @throws `usage` as {@link askPassphrase}, and when the two differ.
 */
export async function askNewPassphrase(host: Host): Promise<string> {
  const first = await askPassphrase(host, 'A passphrase for your new keys: ')
  const second = await askPassphrase(host, 'The same once more: ')
  if (second === first) return first
  throw new PolicyError('usage', 'the two passphrases differ', { remedy: 'run it again' })
}
