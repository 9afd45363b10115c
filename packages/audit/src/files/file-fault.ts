import { PolicyError } from '@policy/core'

const meanings: Record<string, { fact: string; remedy: string }> = {
  ENOSPC: { fact: 'the disk is full', remedy: 'Free some space; it goes on where it stopped.' },
  EDQUOT: { fact: 'the disk quota is used up', remedy: 'Free some space; it goes on where it stopped.' },
  EROFS: { fact: 'the disk is read-only', remedy: 'Use a disk that can be written.' },
  EACCES: {
    fact: 'this user may not write there',
    remedy: 'Give this user the right to write there.',
  },
  EPERM: { fact: 'this user may not write there', remedy: 'Give this user the right to write there.' },
  ENOENT: { fact: 'its folder does not exist', remedy: 'Make the folder first.' },
  ENOTDIR: { fact: 'its folder is not a folder', remedy: 'Name a file within a folder.' },
  EISDIR: { fact: 'it is a folder', remedy: 'Name a file.' },
  ELOOP: { fact: 'it is a link', remedy: 'Name the file itself.' },
}

/** What the system said when something was done with a log file, as an error people can act on. */
export function fileFault(
  action: 'append to' | 'seal' | 'rotate',
  path: string,
  cause: unknown,
): PolicyError {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : ''
  const known = meanings[code]
  const fact = known?.fact ?? (cause instanceof Error ? cause.message : String(cause))
  return new PolicyError('file_unreadable', `Cannot ${action} ${path}: ${fact}.`, {
    cause,
    place: { file: path },
    ...(known ? { remedy: known.remedy } : {}),
  })
}
