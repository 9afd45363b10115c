import { join } from 'node:path'
import { build } from 'esbuild'

// The Action is one file with everything in it, because a runner installs nothing. It is built where it is used, from the sources
// that were reviewed: by CI for its test, and by the release for the tag that people pin. In the tree it would be a second copy of all
// code that nobody reads.
const workspace = join(import.meta.dirname, '..')
const outfile = process.argv[2] ?? join(workspace, 'dist', 'action.js')
await build({
  // names in the bundle are told from here: the same sources give the same bytes wherever they lie
  absWorkingDir: workspace,
  entryPoints: ['packages/model-policy/src/action/action.ts'],
  outfile,
  bundle: true,
  platform: 'node',
  target: 'node24',
  format: 'esm',
  conditions: ['@policy/source'],
  legalComments: 'eof',
  // Packages in CommonJS ask for `require`, which a module does not have.
  banner: {
    js: "import { createRequire as makeRequire } from 'node:module';const require = makeRequire(import.meta.url);",
  },
  logLevel: 'warning',
})
console.log(outfile)
