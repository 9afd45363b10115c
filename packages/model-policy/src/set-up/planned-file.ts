/** What setting up does with one file of the repository. `path` is below its top, with slashes. */
export type PlannedFile =
  /** `text` is absent while it depends on keys that are yet to be made. */
  | { type: 'create'; path: string; text?: string; about?: string }
  /** Lines at the end of a file that is there. */
  | { type: 'add'; path: string; text: string; added: readonly string[] }
  | { type: 'replace'; path: string; text: string }
  /** A file that is there stays as it is; `because` where that asks for a person. */
  | { type: 'keep'; path: string; because?: string }

/** A file as it is left by adding lines at its end, or as it begins with them. */
export function withLines(path: string, before: string | undefined, added: readonly string[]): PlannedFile {
  const lines = `${added.join('\n')}\n`
  if (before === undefined) return { type: 'create', path, text: lines }
  if (added.length === 0) return { type: 'keep', path }
  const ended = before === '' || before.endsWith('\n') ? before : `${before}\n`
  return { type: 'add', path, text: `${ended}${lines}`, added }
}
