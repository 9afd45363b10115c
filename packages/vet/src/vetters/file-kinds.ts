/** Whether a path holds instructions that coding agents read and follow. */
export const isAgentInstruction = (path: string) =>
  /(?:^|\/)(?:AGENTS?|CLAUDE|GEMINI|CODEX|SKILL|WARP)(?:\.[\w-]+)?\.md$|(?:^|\/)\.(?:cursorrules|windsurfrules|clinerules|mcp\.json)$|(?:^|\/)\.(?:cursor|codex|claude|agents|windsurf|clinerules)\/|copilot-instructions\.md$|\.(?:prompt|instructions|chatmode|agent)\.md$|(?:^|\/)llms(?:-full)?\.txt$/i.test(
    path,
  )

/** Whether a path is a workflow or an action that a code host runs. */
export const isWorkflow = (path: string) =>
  /^\.github\/workflows\/[^/]+\.ya?ml$|(?:^|\/)action\.ya?ml$|(?:^|\/)\.gitlab-ci\.yml$|^\.circleci\/|(?:^|\/)azure-pipelines\.yml$/.test(
    path,
  )

/** Whether a path is prose. */
export const isProse = (path: string) => /\.(?:md|mdx|markdown|txt|rst|adoc)$/i.test(path)

/** Whether a path is JavaScript or TypeScript that a parser reads. */
export const isScript = (path: string) =>
  /\.(?:[cm]?[jt]s|[jt]sx)$/i.test(path) && !/\.d\.[cm]?ts$/i.test(path)
