import { commandsOf } from './lint-script.ts'
import type { Fault } from './lint-step.ts'
import { isRecord, listOf } from './workflow-source.ts'

const gateCommand = /^(.*\bmodel-policy\b.*\s)gate(?![\w./-])(.*)$/

/** GitHub reports a skipped job as a success, and so one whose failure does not count: neither may be the check that is required. */
export function* faultsOfGate(job: Record<string, unknown>, name: string): Generator<Fault> {
  const steps = [...listOf(job['steps']).entries()].flatMap(([index, step]) =>
    isRecord(step) && runsGate(step) ? [{ index, step }] : [],
  )
  if (steps.length === 0) return
  for (const key of ['if', 'needs', 'continue-on-error']) {
    if (job[key] !== undefined) yield ['skippable-gate', `job ${name} runs the gate and has ${key}`, [key]]
  }
  for (const { index, step } of steps) {
    for (const key of ['if', 'continue-on-error']) {
      if (step[key] !== undefined)
        yield ['skippable-gate', `the step that runs the gate has ${key}`, ['steps', index, key]]
    }
    if (typeof step['run'] === 'string' && !endsWithGate(step['run'])) {
      const message = 'the script does not end with the gate alone, whose exit code is the verdict'
      yield ['skippable-gate', message, ['steps', index, 'run']]
    }
  }
}

function runsGate({ run, with: given }: Record<string, unknown>): boolean {
  if (typeof run === 'string' && linesOf(run).some((line) => gateCommand.test(line))) return true
  return isRecord(given) && given['command'] === 'gate'
}

/** Whether what the script exits with is what the gate does: nothing catches it, and nothing comes after it. */
function endsWithGate(run: string): boolean {
  const [, before = '', after = ''] = gateCommand.exec(linesOf(run).at(-1) ?? '') ?? []
  return (
    before !== '' && !/[|!`()]|(?:^|[;&]\s*)(?:if|elif|while|until)\s/.test(before) && !/[|&;`()]/.test(after)
  )
}

const linesOf = (run: string) =>
  commandsOf(run)
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean)
