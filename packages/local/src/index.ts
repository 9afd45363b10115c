export { readChange, type ReadChangeOptions } from './change/read-change.ts'
export { openRepository, type OpenRepositoryOptions } from './repository/open-repository.ts'
export { isRepositoryId, repositoryIdOfRemote } from './repository/repository-id.ts'
export type { Repository } from './repository/repository.ts'
