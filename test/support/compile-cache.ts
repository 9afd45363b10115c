import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Let the Node processes of one run share what they compiled: stripping types and compiling is half of a short process on sources. */
export default function shareCompiled(): void {
  const folder = mkdtempSync(join(tmpdir(), 'model-policy-compiled-'))
  process.env['NODE_COMPILE_CACHE'] = folder
  // not sooner: a worker writes what it compiled when it ends
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
}
