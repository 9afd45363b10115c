import { defineConfig } from 'tsup'

/** The one build of all packages: ESM for Node 22 and up; declarations come from `tsc`. */
export const buildOf = (entry: string[]) =>
  defineConfig({
    entry,
    format: 'esm',
    platform: 'node',
    target: 'node22',
    clean: true,
    dts: false,
    sourcemap: true,
    external: [/^#/],
  })
