import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import manifest from '../packages/model-policy/package.json' with { type: 'json' }
import { releaseAction } from './action-release.ts'

const top = join(import.meta.dirname, '..')
const folder = mkdtempSync(join(tmpdir(), 'model-policy-release-'))
try {
  const bundle = join(folder, 'action.js')
  execFileSync(process.execPath, [join(top, 'tools/build-action.ts'), bundle])
  const { commit, tag } = releaseAction({ top, bundle, version: manifest.version })
  console.log(`${tag} is ${commit}: git push origin ${tag}`)
} finally {
  rmSync(folder, { recursive: true })
}
