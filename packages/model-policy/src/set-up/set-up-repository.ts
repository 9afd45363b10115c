import { join } from 'node:path'
import { findTrust, writeText } from '@policy/local'
import { type MakeIdentityOptions, makeIdentity, makeLogKey } from './make-identity.ts'
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
  if (standing.makesLogKey) await makeLogKey(options, await findTrust(repository, folders))
  return signer
}
