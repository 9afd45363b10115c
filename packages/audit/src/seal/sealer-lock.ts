import { createHash, randomUUID } from 'node:crypto'
import { readFile, readlink, symlink, unlink } from 'node:fs/promises'
import { hostname } from 'node:os'
import { PolicyError } from '@policy/core'

interface Holder {
  pid: number
  host: string
  /** When the process began, as the kernel counts; tells it from a later one with the same pid. */
  started: string | undefined
  /** Tells this holding from every other. */
  id: string
}

/**
 * Hold a lock file while `work` runs. A lock whose process has died on this host is taken over.
 *
 * @throws {PolicyError} `log_busy` when another process holds it
 */
export async function withSealerLock<Result>(path: string, work: () => Promise<Result>): Promise<Result> {
  return withLock(path, path, work)
}

/** Hold the lock at `path`; the rights to remove dead locks lie beside `base`. */
async function withLock<Result>(path: string, base: string, work: () => Promise<Result>): Promise<Result> {
  const holder: Holder = {
    pid: process.pid,
    host: hostname(),
    started: await startOf(process.pid),
    id: randomUUID(),
  }
  if (!(await create(path, holder))) {
    await removeDead(path, base)
    if (!(await create(path, holder))) throw busy(path)
  }
  try {
    return await work()
  } finally {
    await unlink(path)
  }
}

/**
 * Remove the lock of a dead process.
 *
 * Whoever removes it first takes the right to remove exactly that holding, a lock of its own under the holding's name: so nobody
 * removes a lock that was taken in between, and a right whose holder died in turn is taken over in the same way. A right that is left
 * after its lock was removed names a holding that never comes again.
 */
async function removeDead(path: string, base: string): Promise<void> {
  const held = await contentOf(path)
  if (held === undefined || !(await isDead(held))) return
  const right = `${base}.${createHash('sha256').update(held).digest('hex').slice(0, 16)}`
  await withLock(right, base, async () => {
    if ((await contentOf(path)) === held) await unlink(path)
  })
}

/** What a lock says of its holder; `undefined` when it is not held, or is no link. */
async function contentOf(path: string): Promise<string | undefined> {
  return readlink(path).catch(() => undefined)
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

function parse(text: string): (Partial<Holder> & Pick<Holder, 'pid'>) | undefined {
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
