import { type Fault, faultsOfStep, faultsOfUses } from './lint-step.ts'
import { expressionsIn, isRecord, listOf, textsOf } from './workflow-source.ts'

/** What a job stands in. */
export interface JobSurroundings {
  name: string
  /** The workflow's own permissions. */
  permissions: unknown
  triggers: readonly string[]
  trusted: boolean
}

/** The faults of a job and of its steps. */
export function* faultsOfJob(job: Record<string, unknown>, around: JobSurroundings): Generator<Fault> {
  const { name, trusted } = around
  const guarded = Boolean(job['environment'])
  yield* faultsOfPermissions(job, around, guarded)
  if (typeof job['uses'] === 'string') yield* faultsOfUses(job['uses'])
  yield* faultsOfImages(job)
  if (!guarded) {
    if (job['secrets'] === 'inherit') {
      yield ['secrets-outside-environment', `job ${name} hands all secrets on`, ['secrets']]
    }
    const secret = secretIn(job)
    if (secret !== undefined)
      yield ['secrets-outside-environment', `job ${name} uses ${secret} without an environment`, []]
  }
  yield* faultsOfGate(job, name)
  for (const [index, step] of listOf(job['steps']).entries()) {
    if (!isRecord(step)) continue
    for (const [rule, message, at] of faultsOfStep(step, trusted))
      yield [rule, message, ['steps', index, ...at]]
  }
}

function* faultsOfImages({ container, services }: Record<string, unknown>): Generator<Fault> {
  const images: [unknown, string[]][] = [
    [container, ['container']],
    ...Object.entries(isRecord(services) ? services : {}).map(([name, service]): [unknown, string[]] => [
      service,
      ['services', name],
    ]),
  ]
  for (const [given, at] of images) {
    const image = isRecord(given) ? given['image'] : given
    if (image === undefined || image === null || image === '') continue
    if (!/@sha256:[0-9a-f]{64}$/.test(String(image)))
      yield ['unpinned-uses', `the image ${String(image)} is not pinned by its digest`, at]
  }
}

/** GitHub reports a skipped job as a success, and so one whose failure does not count: neither may be the check that is required. */
function* faultsOfGate(job: Record<string, unknown>, name: string): Generator<Fault> {
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
  }
}

function runsGate({ run, with: given }: Record<string, unknown>): boolean {
  if (typeof run === 'string' && /\bmodel-policy\b[^\n]*\sgate(?=\s|$)/.test(run)) return true
  return isRecord(given) && given['command'] === 'gate'
}

function* faultsOfPermissions(
  job: Record<string, unknown>,
  { name, permissions: usual, triggers }: JobSurroundings,
  guarded: boolean,
): Generator<Fault> {
  const permissions = job['permissions'] ?? usual
  const at = job['permissions'] === undefined || job['permissions'] === null ? [] : ['permissions']
  if (permissions === undefined || permissions === null) {
    yield [
      'excessive-permissions',
      `job ${name} takes what the repository gives: no permissions are named`,
      at,
    ]
  } else if (!isRecord(permissions)) {
    if (permissions !== 'read-all')
      yield ['excessive-permissions', `job ${name} may ${String(permissions)}`, at]
  } else if (triggers.includes('pull_request') && !guarded) {
    for (const [scope, value] of Object.entries(permissions)) {
      if (value !== 'read' && value !== 'none')
        yield ['excessive-permissions', `job ${name} may write ${scope}`, at.length > 0 ? [...at, scope] : at]
    }
  }
}

/** A use of a secret other than the run's own token, or of all of them. */
export function secretIn(value: unknown): string | undefined {
  const own = /\bsecrets\s*(?:\.\s*|\[\s*')GITHUB_TOKEN\b/gi
  return textsOf(value)
    .flatMap(expressionsIn)
    .map((expression) => /\bsecrets\b[^)}\s]*/i.exec(expression.replaceAll(own, ''))?.[0])
    .find((found) => found !== undefined)
}
