import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { defaultPolicy, generateKeyPair, type KeyPair, renderKeys } from '@policy/core'
import {
  openRepository,
  pinTrust,
  policyFiles,
  type PolicyFiles,
  type Repository,
  signPolicy,
  type UserFolders,
  userFolders,
} from '../../src/index.ts'
import { scratchFolder, scratchRepository, type ScratchRepository } from './scratch-repository.ts'

/** A repository with a signed policy, and the user who pinned it. */
export interface ScratchPolicy {
  scratch: ScratchRepository
  repository: Repository
  repositoryId: string
  files: PolicyFiles
  folders: UserFolders
  signer: KeyPair
  /** Sign what lies there now. */
  sign(): Promise<number>
}

export const anInstant = Date.parse('2026-11-22T12:00:00Z')

/** The usage policy signed in a new repository and pinned in a new user's folders. */
export async function scratchPolicy(repositoryId = 'github.com/acme/app'): Promise<ScratchPolicy> {
  const scratch = scratchRepository()
  scratch.git('remote', 'add', 'origin', `https://${repositoryId}.git`)
  const repository = await openRepository(scratch.top)
  const files = policyFiles(scratch.top)
  const folders = userFolders({ HOME: scratchFolder() })
  const signer = await generateKeyPair()
  mkdirSync(dirname(files.keys), { recursive: true })
  writeFileSync(files.policy, JSON.stringify(defaultPolicy))
  writeFileSync(files.keys, renderKeys([]))
  const sign = async () =>
    (await signPolicy({ repository, repositoryId, folders, key: signer.privateJwk, clock: () => anInstant }))
      .serial
  const serial = await sign()
  await pinTrust({ repository, folders, repositoryId, signers: [signer.publicJwk], ledger: 'led_1', serial })
  return { scratch, repository, repositoryId, files, folders, signer, sign }
}
