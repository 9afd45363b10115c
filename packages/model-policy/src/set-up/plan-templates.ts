import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { readText } from '@policy/local'
import { type PlannedFile, withLines } from './planned-file.ts'
import { hasTemplateSection, templateSection } from './template-section.ts'

/** Where GitHub looks for templates of pull requests, in letters of any case. */
const folders = ['.github', '', 'docs']

/** The section for every pull-request template that GitHub knows of in this repository; a template where there is none. */
export async function planTemplates(top: string): Promise<PlannedFile[]> {
  const found = await findTemplates(top)
  if (found.length === 0) return [withLines('.github/pull_request_template.md', undefined, templateSection)]
  return Promise.all(found.map((path) => planTemplate(top, path)))
}

async function planTemplate(top: string, path: string): Promise<PlannedFile> {
  const text = (await readText(join(top, path))) ?? ''
  return withLines(path, text, hasTemplateSection(text) ? [] : ['', ...templateSection])
}

async function findTemplates(top: string): Promise<string[]> {
  const found: string[] = []
  for (const folder of folders) {
    for (const name of await namesIn(join(top, folder))) {
      const path = folder === '' ? name : `${folder}/${name}`
      if (/^pull_request_template(?:\.(?:md|txt))?$/i.test(name)) {
        const inside = await namesIn(join(top, path))
        if (/\.(?:md|txt)$/i.test(name)) found.push(path)
        else found.push(...inside.filter((one) => /\.(?:md|txt)$/i.test(one)).map((one) => `${path}/${one}`))
      }
    }
  }
  return found
}

const namesIn = async (folder: string) => (await readdir(folder).catch(() => [])).toSorted()
