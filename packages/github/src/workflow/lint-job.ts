import { faultsOfGate } from './lint-gate.ts'
import { type Fault, faultsOfShell, faultsOfStep, faultsOfUses } from './lint-step.ts'
import { expressionsIn, isRecord, listOf, textsOf } from './workflow-source.ts'

/** What a job stands in. */
export interface JobSurroundings {
  name: string
  /** The workflow's own permissions. */
  permissions: unknown
  /** Whether it runs for pull requests as they have it. */
  untrusted: boolean
  /** Whether it runs where secrets may be although a stranger set it off. */
  trusted: boolean
}

/** The faults of a job and of its steps. */
export function* faultsOfJob(job: Record<string, unknown>, around: JobSurroundings): Generator<Fault> {
  const { name, trusted } = around
  const guarded = Boolean(job['environment'])
  yield* faultsOfPermissions(job, around, guarded)
  if (typeof job['uses'] === 'string') yield* faultsOfUses(job['uses'])
  yield* faultsOfImages(job)
  yield* faultsOfDefaults(job)
  if ((trusted || around.untrusted) && textsOf(job['runs-on']).includes('self-hosted')) {
    const message = `job ${name} runs for strangers on a machine that is kept: what one run leaves there, the next one finds`
    yield ['self-hosted-runner', message, ['runs-on']]
  }
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

/** The faults of what a workflow or a job says for all scripts in it. */
export function* faultsOfDefaults({ defaults }: Record<string, unknown>): Generator<Fault> {
  const run = isRecord(defaults) ? defaults['run'] : undefined
  if (!isRecord(run)) return
  for (const [rule, message, at] of faultsOfShell(run)) yield [rule, message, ['defaults', 'run', ...at]]
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

function* faultsOfPermissions(
  job: Record<string, unknown>,
  { name, permissions: usual, untrusted }: JobSurroundings,
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
  } else if (untrusted && !guarded) {
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
