/**
 * What importing the guarded client adds to importing `openai`: time and memory, each in a process of its own, rounds alternating.
 *
 * Measures the built packages, as users have them: run `pnpm build` first.
 */
import { execFileSync } from 'node:child_process'

const rounds = 21
const contestants = {
  openai: `await import('openai')`,
  'openai and @policy/client': `await import('openai'); await import('@policy/client')`,
}

function measure(program: string): { ms: number; mb: number } {
  const whole = `const start = performance.now(); ${program}; process.stdout.write(JSON.stringify({ ms: performance.now() - start, mb: process.memoryUsage().rss / 1e6 }))`
  const printed = execFileSync(process.execPath, ['--input-type=module', '-e', whole], {
    cwd: import.meta.dirname,
  })
  return JSON.parse(printed.toString()) as { ms: number; mb: number }
}

const middle = (values: readonly number[]) =>
  values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)] ?? Number.NaN

const results = Object.entries(contestants).map(([name, program]) => ({
  name,
  program,
  ms: [] as number[],
  mb: [] as number[],
}))
for (let round = -1; round < rounds; round += 1) {
  for (const result of results) {
    const { ms, mb } = measure(result.program)
    if (round < 0) continue
    result.ms.push(ms)
    result.mb.push(mb)
  }
}
for (const { name, ms, mb } of results)
  console.log(`${name.padEnd(28)} ${middle(ms).toFixed(1)} ms, ${middle(mb).toFixed(1)} MB`)
const [plain, guarded] = results
if (plain && guarded) {
  const added = guarded.ms.map((ms, round) => ms - (plain.ms[round] ?? Number.NaN))
  console.log(
    `added                        ${middle(added).toFixed(1)} ms, ${(middle(guarded.mb) - middle(plain.mb)).toFixed(1)} MB`,
  )
}
