import type { VetFile, VetSubject } from '../src/vetter/vet-subject.ts'

/** A change to one or more files: with a text before, the lines that are not in it are changed; without one, all are. */
export function aSubject(
  files: Readonly<Record<string, string | { before: string; text: string }>>,
): VetSubject {
  return {
    head: 'a'.repeat(40),
    files: Object.entries(files).map(([path, content]) =>
      typeof content === 'string' ? aFile(path, content) : aFile(path, content.text, content.before),
    ),
    checkout: () => Promise.reject(new Error('nobody needs a checkout here')),
  }
}

function aFile(path: string, text: string, before?: string): VetFile {
  const known = new Set(before?.split('\n'))
  const lines = text.split('\n').flatMap((line, index) => (known.has(line) ? [] : [index + 1]))
  return { path, kind: 'file', text, before, changedLines: new Set(lines) }
}
