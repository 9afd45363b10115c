import type { VetFile } from '../vetter/vet-subject.ts'
import { lockfileFamily } from './lockfile-family.ts'
import { isPackageManifest } from './package-manifest.ts'

/** Whether a path holds instructions that coding agents read and follow. */
export const isAgentInstruction = (path: string) =>
  /(?:^|\/)(?:AGENTS?|CLAUDE|GEMINI|CODEX|SKILL|WARP)(?:\.[\w-]+)?\.md$|(?:^|\/)\.(?:cursorrules|windsurfrules|clinerules|mcp\.json)$|(?:^|\/)\.(?:cursor|codex|claude|agents|windsurf|clinerules|roo|junie|kiro|amazonq)\/|copilot-instructions\.md$|\.(?:prompt|instructions|chatmode|agent)\.md$|(?:^|\/)llms(?:-full)?\.txt$/i.test(
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
export const isScriptName = (path: string) => /\.(?:[cm]?[jt]s|[jt]sx)$/i.test(path)

/** Whether a file is JavaScript or TypeScript, by its name or by the program that its first line names. */
export const isScript = ({ path, text }: VetFile) =>
  isScriptName(path) || /^#!.*\b(?:node|deno|bun|tsx|ts-node)\b/.test(text ?? '')

/** Whether a file holds commands that people or machines run: by its name, its mode or its first line. */
export const runsCommands = (file: VetFile) =>
  runsByName(file.path) ||
  (file.kind === 'file' && ((file.executable && !isProse(file.path)) || file.text?.startsWith('#!') === true))

const runsByName = (path: string) =>
  isWorkflow(path) ||
  isAgentInstruction(path) ||
  isScriptName(path) ||
  /\.(?:sh|bash|zsh|fish|ps1|bat|cmd|py|rb|pl|php|go|rs|mk|gradle|tf)$|(?:^|\/)(?:Dockerfile[^/]*|Containerfile|Makefile|justfile|package\.json|\.husky\/.+|\.devcontainer\/.+|\.vscode\/(?:tasks|mcp|settings|launch)\.json|\.envrc|Jenkinsfile)$/i.test(
    path,
  )

/** Whether a path says where packages come from. */
export const isRegistryConfig = (path: string) =>
  /^(?:\.npmrc|\.yarnrc(?:\.yml)?|pip\.conf|pnpm-workspace\.yaml|requirements[\w.-]*\.txt|bunfig\.toml)$/.test(
    path.slice(path.lastIndexOf('/') + 1),
  )

/** Whether machines or agents read a path for what it is called. */
export const isReadByName = (path: string) =>
  runsByName(path) || isPackageManifest(path) || isRegistryConfig(path) || lockfileFamily(path) !== undefined

/** Whether what is under a path is text whatever bytes it holds: what reads it does not mind a NUL. */
export const isTextName = (path: string) =>
  isReadByName(path) ||
  isProse(path) ||
  /(?:^|\/)\.env[^/]*$|\.(?:env|json[c5]?|ya?ml|toml|ini|cfg|conf|config|properties|xml|html?|css|sql|pem|crt|tfvars|gyp)$/i.test(
    path,
  )
