export { readChange, type ReadChangeOptions } from './change/read-change.ts'
export {
  openHistory,
  type History,
  type HistoryCommit,
  type OpenHistoryOptions,
  type TreeEntry,
} from './history/open-history.ts'
export { openSnapshot, type Snapshot, type SnapshotFile } from './snapshot/open-snapshot.ts'
export { execAuthorized, type ExecAuthorizedOptions, type ExecResult } from './exec/exec-authorized.ts'
export { runCommand, type CommandEnd, type RunCommandOptions } from './exec/run-command.ts'
export { currentBranch, type CurrentBranchOptions } from './repository/current-branch.ts'
export { openRepository, type OpenRepositoryOptions } from './repository/open-repository.ts'
export { repositoryIdOfRemote } from './repository/repository-id.ts'
export type { Repository } from './repository/repository.ts'
export { repositoryStateFolder, userFolders, type UserFolders } from './folders/user-folders.ts'
export { loadPolicy, type LoadedPolicy, type LoadPolicyOptions } from './policy/load-policy.ts'
export { policyFiles, type PolicyFiles } from './policy/policy-files.ts'
export type { PolicyClaims } from './policy/policy-signature.ts'
export { readPolicy, type UntrustedPolicy } from './policy/read-policy.ts'
export { signedClaims } from './policy/signed-claims.ts'
export { signPolicy, type SignPolicyOptions } from './policy/sign-policy.ts'
export { findTrust } from './trust/find-trust.ts'
export { knownTrust, type KnownTrust } from './trust/known-trust.ts'
export { pinTrust, type PinTrustOptions } from './trust/pin-trust.ts'
export type { TrustRoot } from './trust/trust-root.ts'
export { loadKeys, type PublicKeys } from './keys/load-keys.ts'
export {
  keepSolePrivateKey,
  listPrivateKeys,
  loadPrivateKey,
  loadSolePrivateKey,
  savePrivateKey,
  type PrivateKeyFolder,
} from './keys/private-key-file.ts'
export { openPrivateKey } from './keys/seal-private-key.ts'
export { createFileLedger, fileLedger, type FileLedgerOptions } from './ledger/file-ledger.ts'
export { fileApprovals, type FileApprovalsOptions } from './approvals/file-approvals.ts'
export { readGrants, saveGrant } from './approvals/grant-files.ts'
export { readText } from './files/read-text.ts'
export { writeText } from './files/write-text.ts'
