/** The folder a path is in; `.` is the repository's top. */
export function folderOf(path: string): string {
  const end = path.lastIndexOf('/')
  return end === -1 ? '.' : path.slice(0, end)
}

/** The module a path belongs to: its nearest folder with a manifest, else its top folder. */
export function moduleOf(path: string, manifestFolders: ReadonlySet<string>): string {
  for (let folder = folderOf(path); folder !== '.'; folder = folderOf(folder)) {
    if (manifestFolders.has(folder)) return folder
  }
  if (manifestFolders.has('.')) return '.'
  const end = path.indexOf('/')
  return end === -1 ? '.' : path.slice(0, end)
}
