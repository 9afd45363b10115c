import { join } from 'node:path'
import { keyring, type KeySource, type Ledger, type Policy, type PublicKeyRecord } from '@policy/core'
import {
  fileLedger,
  loadPolicy,
  openRepository,
  policyFiles,
  readText,
  type Repository,
  repositoryStateFolder,
  type TrustRoot,
  type UserFolders,
  userFolders,
} from '@policy/local'

/** One repository as this user works in it: what is trusted, and where everything lies. */
export interface Workspace {
  repository: Repository
  folders: UserFolders
  /** The repository's id as the trust root pins it, such as `github.com/acme/app`. */
  repositoryId: string
  trust: TrustRoot
  policy: Policy
  /** Serial of the policy in force. */
  serial: number
  /** Its signature as it lay in the working tree. */
  signature: string | undefined
  keys: KeySource
  /** Every public key, as the signed keys file lists it. */
  keyRecords: readonly PublicKeyRecord[]
  paths: WorkspacePaths
}

/** Where the parts of a workspace lie. */
export interface WorkspacePaths {
  /** `escalation.md`, or what the policy calls it. */
  escalation: string
  /** `MODEL_AUDIT.log`. */
  auditLog: string
  /** The user's state for this repository, shared by its worktrees. */
  state: string
  ledger: string
  grants: string
  /** Private keys of the agents that run as this user. */
  agents: string
}

/** Where a workspace is opened, and as whom. */
export interface OpenWorkspaceOptions {
  /** Any folder inside the working tree. @default process.cwd() */
  cwd?: string
  /** Whose configuration and state count (`HOME`, `XDG_CONFIG_HOME`, `XDG_STATE_HOME`). @default process.env */
  env?: Readonly<Record<string, string | undefined>>
}

/**
 * Open the repository that a folder lies in, under its signed policy and this user's trust root.
 *
 * @throws `repository_missing`, and whatever `loadPolicy` refuses with.
 */
export async function openWorkspace(options: OpenWorkspaceOptions = {}): Promise<Workspace> {
  const { cwd = process.cwd(), env = process.env } = options
  const repository = await openRepository(cwd, { env })
  const folders = userFolders(env)
  // read first: a signature that comes meanwhile must look new
  const signature = await readText(policyFiles(repository.top).signature)
  const { policy, keys, serial, trust } = await loadPolicy({ repository, folders })
  return {
    repository,
    folders,
    repositoryId: trust.repository,
    trust,
    policy,
    serial,
    signature,
    keys: keyring(keys),
    keyRecords: keys,
    paths: workspacePaths(repository, folders, trust.repository, policy.document.escalation.file),
  }
}

/** Where the parts lie, for a repository whose id and policy are known. */
export function workspacePaths(
  repository: Repository,
  folders: UserFolders,
  repositoryId: string,
  escalationFile: string,
): WorkspacePaths {
  const state = repositoryStateFolder(folders, repositoryId)
  return {
    escalation: join(repository.top, escalationFile),
    auditLog: join(repository.top, 'MODEL_AUDIT.log'),
    state,
    ledger: join(state, 'ledger'),
    grants: join(state, 'grants'),
    agents: join(state, 'agents'),
  }
}

/**
 * The ledger in which this user's grants are spent.
 *
 * @throws `ledger_missing`, `ledger_foreign`.
 */
export function openLedger({ paths, trust }: Workspace): Promise<Ledger> {
  return fileLedger({ folder: paths.ledger, id: trust.ledger })
}
