import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { localUses } from '@policy/github'
import { readText } from '@policy/local'

/** A file as it lies there. */
export interface TextFile {
  /** Below the repository's top. */
  path: string
  text: string
}

/** The workflows that name `model-policy`. */
export async function ownWorkflows(top: string): Promise<TextFile[]> {
  const workflows = await textsIn(top, '.github/workflows')
  return workflows.filter(({ text }) => /\bmodel-policy\b/.test(text))
}

/** The repository's own workflows and actions that workflows use, and those that these use. */
export async function textsUsedBy(top: string, users: readonly TextFile[]): Promise<TextFile[]> {
  const known = new Set(users.map(({ path }) => path))
  const found: TextFile[] = []
  const waiting = users.flatMap(({ text }) => localUses(text))
  for (let path = waiting.shift(); path !== undefined; path = waiting.shift()) {
    // a workflow is named as a file, an action as its folder
    const files = /\.ya?ml$/.test(path) ? [path] : [`${path}/action.yml`, `${path}/action.yaml`]
    for (const file of files.filter((one) => !known.has(one))) {
      known.add(file)
      const text = await readText(join(top, file))
      if (text === undefined) continue
      found.push({ path: file, text })
      waiting.push(...localUses(text))
    }
  }
  return found
}

/** The YAML and Markdown files right in a folder; none where there is no folder. */
export async function textsIn(top: string, folder: string): Promise<TextFile[]> {
  const names = await readdir(join(top, folder)).catch(() => [])
  const read = names
    .filter((name) => /\.(?:ya?ml|md)$/.test(name))
    .toSorted()
    .map(async (name) => ({
      path: `${folder}/${name}`,
      text: await readFile(join(top, folder, name), 'utf8'),
    }))
  return Promise.all(read)
}

/** Whether a workflow or an action runs a command: on a command line that names `model-policy`, or by its Action. */
export function runs(command: 'gate' | 'mint', { text }: TextFile): boolean {
  const script = text.replaceAll(/^\s*#.*$/gm, '').replaceAll(/\\\r?\n/g, ' ')
  return new RegExp(String.raw`\bmodel-policy\b.*\s${command}(?![\w.-])|\bcommand:\s*["']?${command}\b`).test(
    script,
  )
}
