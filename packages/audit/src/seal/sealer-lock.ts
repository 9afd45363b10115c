import { readFile, readlink, symlink, unlink } from 'node:fs/promises'
import { hostname } from 'node:os'
import { PolicyError } from '@policy/core'

interface Holder {
  pid: number
  host: string
  /** When the process began, as the kernel counts; tells it from a later one with the same pid. */
  started: string | undefined
}

/**
 * Hold a lock file while `work` runs. A lock whose process has died on this host is taken over.
 *
 * @throws {PolicyError} `log_busy` when another process holds it
 */
export async function withSealerLock<Result>(path: string, work: () => Promise<Result>): Promise<Result> {
  const holder: Holder = { pid: process.pid, host: hostname(), started: await startOf(process.pid) }
  if (!(await create(path, holder))) {
    await removeDead(path)
    if (!(await create(path, holder))) throw busy(path)
  }
  try {
    return await work()
  } finally {
    await unlink(path)
  }
}

/** Remove the lock of a dead process, under a lock of its own, so that nobody removes one that was just taken. */
async function removeDead(path: string): Promise<void> {
  const removing = `${path}.removing`
  if (!(await create(removing, {}))) throw busy(removing)
  try {
    const text = await readlink(path).catch(() => undefined)
    if (text !== undefined && (await isDead(text))) await unlink(path)
  } finally {
    await unlink(removing)
  }
}

async function isDead(text: string): Promise<boolean> {
  const holder = parse(text)
  if (!holder || holder.host !== hostname()) return false
  try {
    process.kill(holder.pid, 0)
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'ESRCH'
  }
  return holder.started !== (await startOf(holder.pid))
}

function parse(text: string): (Partial<Holder> & { pid: number }) | undefined {
  try {
    const value = JSON.parse(text) as Partial<Holder>
    return typeof value.pid === 'number' ? { ...value, pid: value.pid } : undefined
  } catch {
    return undefined
  }
}

/** The start time of a process: field 22 of /proc/<pid>/stat, where there is one. */
async function startOf(pid: number): Promise<string | undefined> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]
}

/** A symbolic link comes into being whole: unlike a file, it cannot be left without its content by a crash. */
async function create(path: string, content: object): Promise<boolean> {
  try {
    await symlink(JSON.stringify(content), path)
    return true
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false
    throw error
  }
}

function busy(path: string): PolicyError {
  return new PolicyError('log_busy', `Another sealer holds ${path}.`, {
    remedy: 'Wait for it to finish; if its machine is gone, remove that file.',
    place: { file: path },
  })
}
