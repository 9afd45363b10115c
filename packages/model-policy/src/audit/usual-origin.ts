/** The name of a repository's log in its first line and its checkpoints, where nothing says another: it has no plus, as names of keys do not. */
export const usualOrigin = (repositoryId: string): string =>
  `${repositoryId.replaceAll('+', '%2B')}/model-audit`
