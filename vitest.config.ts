import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'

/** Tests run on sources: the `@policy/source` condition points every package's exports at its `src`. */
export default defineConfig({
  ssr: { resolve: { conditions: ['@policy/source', 'node', 'module-sync', 'import', 'default'] } },
  test: {
    include: ['packages/*/{src,test}/**/*.test.ts', 'examples/**/*.test.ts', 'test/**/*.test.ts'],
    globalSetup: 'test/support/compile-cache.ts',
    // the slow tests wait for processes of their own, so no core is kept free
    maxWorkers: availableParallelism(),
    restoreMocks: true,
    // a busy machine is slow, not wrong: these only end what hangs
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
})
