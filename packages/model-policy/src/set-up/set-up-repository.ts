import { join } from 'node:path'
import { findTrust, readText, writeText } from '@policy/local'
import { logKeysFile, logKeysIn, makeLogKey } from '../audit/machine-key.ts'
import { type MakeIdentityOptions, makeIdentity } from './make-identity.ts'
import type { SetUpPlan } from './plan-set-up.ts'
import type { Standing } from './read-standing.ts'

/** What is carried out, and with what. */
export interface SetUpOptions extends MakeIdentityOptions {
  standing: Standing
  plan: SetUpPlan
}

/**
 * Carry out what was planned: the files, and then the keys, signature, trust and ledger that are missing. Cut short, it goes on when it
 * is run again.
 *
 * @returns thumbprint of the signer's key, where one was made: what other machines pin
 */
export async function setUpRepository(options: SetUpOptions): Promise<string | undefined> {
  const { repository, folders, standing, plan } = options
  for (const file of plan.files) {
    if (file.type === 'keep' || file.text === undefined) continue
    await writeText(join(repository.top, file.path), file.text, 0o644)
  }
  const signer = standing.identity === 'missing' ? await makeIdentity(options) : undefined
  if (standing.makesLogKey) {
    const trust = await findTrust(repository, folders)
    const { vkey } = await makeLogKey({ repository, folders, trust, passphrase: options.passphrase })
    const file = join(repository.top, logKeysFile)
    const listed = [...logKeysIn(await readText(file)), vkey]
    await writeText(file, `${listed.join('\n')}\n`, 0o644)
  }
  return signer
}
