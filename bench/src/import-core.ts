/**
 * What `import('@policy/core')` costs, as users get it (the built package): milliseconds inside a fresh process and
 * memory over an empty one; then the same with a policy parsed, which loads what reads YAML and checks schemas.
 */
import { execFileSync } from 'node:child_process'

const rounds = 15

const programs = {
  'an empty process': '',
  "import('@policy/core')": `await import('@policy/core')`,
  'and parsePolicy': `const core = await import('@policy/core'); await core.parsePolicy(core.defaultPolicyText)`,
}

const report =
  'console.log(JSON.stringify({ ms: performance.now() - start, mb: process.memoryUsage().rss / 1e6 }))'

function once(program: string): { ms: number; mb: number } {
  const code = `const start = performance.now(); ${program}; ${report}`
  const output = execFileSync(process.execPath, ['--input-type=module', '--eval', code], {
    cwd: import.meta.dirname,
  })
  return JSON.parse(output.toString()) as { ms: number; mb: number }
}

const median = (values: readonly number[]) =>
  values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)] ?? Number.NaN
const least = (values: readonly number[]) => Math.min(...values).toFixed(1)

const names = Object.keys(programs) as (keyof typeof programs)[]
const runs = Array.from({ length: rounds }, () => names.map((name) => once(programs[name])))
for (const [index, name] of names.entries()) {
  const own = runs.map((run) => run[index]?.ms ?? Number.NaN)
  const memory = runs.map((run) => (run[index]?.mb ?? Number.NaN) - (run[0]?.mb ?? Number.NaN))
  console.log(
    `${name.padEnd(24)} ms ${median(own).toFixed(1)} (least ${least(own)})  +${median(memory).toFixed(1)} MB`,
  )
}
