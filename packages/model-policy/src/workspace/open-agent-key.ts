import { join } from 'node:path'
import { generateKeyPair, type PrivateJwk, type PublicJwk } from '@policy/core'
import { keepSolePrivateKey, listPrivateKeys, loadPrivateKey, loadSolePrivateKey } from '@policy/local'
import type { Workspace } from './open-workspace.ts'

/** The key pair of an agent, to which its grants are bound. */
export interface AgentKeyPair {
  publicJwk: PublicJwk
  privateJwk: PrivateJwk
}

/**
 * The key of an agent that runs as this user; made on first use, one by however many processes.
 *
 * It lies in the user's state, outside the working tree, mode 0600. Without a passphrase the file mode alone protects it.
 *
 * @throws `key_locked`, `key_exposed`, `file_unreadable`.
 */
export async function openAgentKey(
  workspace: Workspace,
  agent: string,
  passphrase: string,
): Promise<AgentKeyPair> {
  const known = await findAgentKey(workspace, agent, passphrase)
  if (known !== undefined) return known
  const { privateJwk } = await generateKeyPair()
  return pairOf(await keepSolePrivateKey(placeOf(workspace, agent), privateJwk, passphrase))
}

/** The key of an agent that runs as this user, or `undefined` before its first use. Throws what {@link openAgentKey} throws. */
export async function findAgentKey(
  workspace: Workspace,
  agent: string,
  passphrase: string,
): Promise<AgentKeyPair | undefined> {
  const place = placeOf(workspace, agent)
  const sole = await loadSolePrivateKey(place, passphrase)
  if (sole !== undefined) return pairOf(sole)
  // earlier versions named the file by the key's id, and could make several
  const [kid] = (await listPrivateKeys(place)).toSorted()
  return kid === undefined ? undefined : pairOf(await loadPrivateKey(place, kid, passphrase))
}

function pairOf(privateJwk: PrivateJwk): AgentKeyPair {
  const { kty, crv, x } = privateJwk
  return { publicJwk: { kty, crv, x }, privateJwk }
}

const placeOf = ({ paths, repository }: Workspace, agent: string) => ({
  // a dot is escaped as well, or an agent named `..` would have its key elsewhere
  folder: join(paths.agents, encodeURIComponent(agent).replaceAll('.', '%2E')),
  workingTree: repository.top,
})
