import { join } from 'node:path'
import type { PrivateKeyFolder } from '@policy/local'
import type { Workspace } from './open-workspace.ts'

/** Where a person's own private keys lie: those of approvers, signers, minters and measurers. */
export function personalKeys({
  folders,
  repository,
}: Pick<Workspace, 'folders' | 'repository'>): PrivateKeyFolder {
  return { folder: join(folders.config, 'keys'), workingTree: repository.top }
}
