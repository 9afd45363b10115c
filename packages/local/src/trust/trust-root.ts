import { PolicyError, type PublicJwk } from '@policy/core'
import { join } from 'node:path'
import type { UserFolders } from '../folders/user-folders.ts'
import { isRepositoryId } from '../repository/repository-id.ts'

/** What a verifier on this machine starts from for one repository; made by a person, kept outside every working tree. */
export interface TrustRoot {
  /** Form version. */
  trust: 1
  /** The repository's id, such as `github.com/acme/app`. */
  repository: string
  /** The keys whose signature a policy must carry. */
  signers: readonly PublicJwk[]
  /** Id of the ledger in which this user's grants are spent. */
  ledger: string
  /** The audit log's origin and the verifier key of its sealer (C2SP signed-note). */
  log?: { origin: string; vkey: string }
  /** The serial of the policy when it was pinned: none below it counts. */
  serial: number
  /** Git folders of the clones that are this repository, whatever their remotes say. */
  clones: readonly string[]
}

/** The folder of this user's trust roots. */
export const trustFolder = (folders: UserFolders) => join(folders.config, 'trust')

/** The folder of the trust roots that the machine's administrator pins for every user. */
export const machineTrustFolder = (folders: UserFolders) => join(folders.machine, 'trust')

/** The file that pins one repository. */
export const trustFile = (folders: UserFolders, repositoryId: string) =>
  join(trustFolder(folders), `${encodeURIComponent(repositoryId)}.json`)

/**
 * A trust root from the text of its file.
 *
 * @throws `trust_missing` when it is not in its form: half a trust root pins nothing.
 */
export async function parseTrustRoot(text: string, file: string): Promise<TrustRoot> {
  const { z } = await import('zod')
  const key = z.strictObject({
    kty: z.literal('OKP'),
    crv: z.literal('Ed25519'),
    x: z.base64url().length(43),
  })
  const schema = z.strictObject({
    trust: z.literal(1),
    repository: z.string().refine(isRepositoryId, 'a repository id such as github.com/acme/app'),
    signers: z.array(key).min(1),
    ledger: z.string().min(1),
    log: z.strictObject({ origin: z.string().min(1), vkey: z.string().min(1) }).exactOptional(),
    serial: z.int().nonnegative(),
    clones: z.array(z.string().min(1)),
  })
  const parsed = schema.safeParse(jsonOf(text))
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  throw new PolicyError('trust_missing', `the trust root ${file} is not in its form: ${issue?.message}`, {
    place: { file, path: issue?.path.join('.') ?? '' },
    remedy: 'Pin the repository again with `model-policy trust`.',
  })
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
