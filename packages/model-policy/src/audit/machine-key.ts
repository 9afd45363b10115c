import { verifierKey } from '@policy/audit'
import { defaultPolicy, generateKeyPair } from '@policy/core'
import {
  pinTrust,
  readText,
  type Repository,
  savePrivateKey,
  type TrustRoot,
  type UserFolders,
} from '@policy/local'
import { workspacePaths } from '../workspace/open-workspace.ts'
import { personalKeys } from '../workspace/personal-keys.ts'
import { logOrigin } from './log-origin.ts'
import { usualOrigin } from './usual-origin.ts'

/** Where the public keys of a repository's sealers stand, below its top: one a line, read at the base of a pull request. */
export const logKeysFile = '.model-policy/log.vkey'

/** The keys that a text of {@link logKeysFile} lists. */
export const logKeysIn = (text: string | undefined): string[] =>
  (text ?? '')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')

/** For which log a key is made, on this machine. */
export interface MakeLogKeyOptions {
  repository: Repository
  folders: UserFolders
  trust: TrustRoot
  /** Opens the new private key. */
  passphrase: string
}

/**
 * Make the key that seals this machine's log, and pin it: the private half goes under a passphrase into this user's folder.
 *
 * @throws `log_altered` when the log that is there does not say what it is called; `key_exposed`, `file_unreadable`.
 */
export async function makeLogKey({
  repository,
  folders,
  trust,
  passphrase,
}: MakeLogKeyOptions): Promise<{ origin: string; vkey: string }> {
  const { auditLog } = workspacePaths(repository, folders, trust.repository, defaultPolicy.escalation.file)
  const there = await readText(auditLog)
  const origin = there ? await logOrigin(auditLog) : usualOrigin(trust.repository)
  const { privateJwk, publicJwk } = await generateKeyPair()
  const log = { origin, vkey: verifierKey(origin, publicJwk) }
  await savePrivateKey(personalKeys({ folders, repository }), privateJwk, passphrase)
  await pinTrust({ ...trust, repository, folders, repositoryId: trust.repository, log })
  return log
}
