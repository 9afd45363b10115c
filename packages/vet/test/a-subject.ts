import type { VetFile, VetSubject } from '../src/vetter/vet-subject.ts'

/**
 * A change to one or more files: with a text before, the lines that are not in it are changed; without one, all are. `others` are files at the base
 * that the change leaves alone or deletes.
 */
export function aSubject(
  files: Readonly<Record<string, string | { before: string; text: string }>>,
  others: Readonly<Record<string, string>> = {},
): VetSubject {
  const changed = Object.entries(files).flatMap(([path, content]) =>
    typeof content === 'string' ? [] : [[path, content.before] as const],
  )
  return {
    head: 'a'.repeat(40),
    files: Object.entries(files).map(([path, content]) =>
      typeof content === 'string' ? aFile(path, content) : aFile(path, content.text, content.before),
    ),
    textsAtBase: async (isWanted) =>
      new Map([...changed, ...Object.entries(others)].filter(([path]) => isWanted(path))),
    checkout: () => Promise.reject(new Error('nobody needs a checkout here')),
  }
}

function aFile(path: string, text: string, before?: string): VetFile {
  const known = new Set(before?.split('\n'))
  const lines = text.split('\n').flatMap((line, index) => (known.has(line) ? [] : [index + 1]))
  return { path, kind: 'file', executable: false, text, before, changedLines: new Set(lines) }
}
