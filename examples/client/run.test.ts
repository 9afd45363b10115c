import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'

const run = async (file: string): Promise<string> => {
  const path = new URL(file, import.meta.url).pathname
  const { stdout } = await promisify(execFile)(process.execPath, ['--conditions=@policy/source', path])
  return stdout
}

it.each([
  [
    './other-sdks.ts',
    ['answered: ok', 'refused: grant_required gpt-5.3-codex is refused', 'requests that left: 1'],
  ],
  ['./substituted-model.ts', ['asked for gpt-5.3-codex, answered by gpt-5-mini', 'stopped: true']],
])('%s runs offline and prints what its comments say', async (file, lines) => {
  const printed = await run(file)
  for (const line of lines) expect(printed).toContain(line)
})
