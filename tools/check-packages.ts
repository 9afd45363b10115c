import { execFile } from 'node:child_process'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { publint } from 'publint'
import { formatMessage } from 'publint/utils'

// What users install is the tarball, not the folder: a file missing from `files` or a wrong export shows only there.
const execute = promisify(execFile)
const workspace = join(import.meta.dirname, '..')
const folders = (await readdir(join(workspace, 'packages'))).toSorted()
const tarballs = await mkdtemp(join(tmpdir(), 'packed-'))
let faults = 0
try {
  for (const folder of folders) {
    const directory = join(workspace, 'packages', folder)
    await execute('npx', ['-y', 'pnpm@12.21.0', 'pack', '--pack-destination', join(tarballs, folder)], {
      cwd: directory,
    })
    const [name] = await readdir(join(tarballs, folder))
    if (!name) throw new Error(`${folder}: nothing was packed`)
    const bytes = await readFile(join(tarballs, folder, name))
    const tarball = new Uint8Array(bytes).buffer
    const { messages, pkg } = await publint({ pack: { tarball }, strict: true })
    for (const message of messages) {
      faults++
      console.error(`${folder}: ${formatMessage(message, pkg) ?? message.code}`)
    }
    console.log(`${name}: ${messages.length === 0 ? 'good' : `${messages.length} faults`}`)
  }
} finally {
  await rm(tarballs, { recursive: true, force: true })
}
process.exitCode = faults === 0 ? 0 : 1
