import { type Policy, PolicyError } from '@policy/core'
import {
  openRepository,
  openSnapshot,
  policyFiles,
  readChange,
  readText,
  type Repository,
  runCommand,
} from '@policy/local'
import {
  externalVetter,
  isTextName,
  parseSuppressions,
  type Severity,
  skillVetter,
  vetChange,
  type Vetter,
  type VetReport,
} from '@policy/vet'
import type { Host } from '../command-line/host.ts'
import { openWorkspace } from '../workspace/open-workspace.ts'
import { fromFirstBase, usualBases } from '../workspace/usual-bases.ts'

/** What is vetted, and how strictly. */
export interface VetWorkOptions {
  /** What the change starts from; `empty-tree` for all there is. @default the first protected branch that this clone knows */
  base?: string
  /** A commit, `index` or `working-tree`. @default 'HEAD' */
  head?: string
  /** The mildest severity that blocks. @default 'high' */
  blockAt?: string
}

/** What was vetted, and what came of it. */
export interface VettedWork {
  /** `undefined` where there is none. */
  policy: Policy | undefined
  report: VetReport
  /** What the head was compared with, as a full id. */
  base: string
  /** How many files the change has at the head. */
  files: number
  /** How many files differ from `HEAD` and were not looked at, because `HEAD` was. */
  uncommitted: number
}

/** Where a change keeps what people let stand; read from its base. */
const suppressionsFile = '.model-policy/vet.yaml'

/**
 * Vet the work in a repository: by the built-in vetters, and by the scanners that its policy names.
 *
 * Without any policy the built-in vetters run alone, and nothing is let stand.
 *
 * @throws `usage`, `vet_suppression_invalid`, what `openWorkspace` and `openSnapshot` throw.
 */
export async function vetWork(
  host: Pick<Host, 'cwd' | 'env' | 'clock'>,
  { base, head = 'HEAD', blockAt = 'high' }: VetWorkOptions,
): Promise<VettedWork> {
  const severity = severityOf(blockAt)
  const repository = await openRepository(host.cwd, { env: host.env })
  const policy = await policyOf(repository, host)
  const bases = base === undefined ? usualBases(policy) : [base]
  await using snapshot = await fromFirstBase(bases, (from) =>
    openSnapshot({ repository, base: from, head, env: host.env, isText: isTextName }),
  )
  const people = policy?.document.escalation.approvers.people ?? []
  const text =
    policy && (await snapshot.textsAtBase((path) => path === suppressionsFile)).get(suppressionsFile)
  const report = await vetChange(snapshot, {
    vetters: [...skillVetter, ...scannersOf(policy, host, repository)],
    suppressions: text === undefined ? [] : await parseSuppressions(text, people),
    blockAt: severity,
    clock: host.clock,
  })
  const uncommitted =
    head === 'HEAD' ? (await readChange({ repository, base: 'HEAD', env: host.env })).files.length : 0
  return { policy, report, base: snapshot.base, files: snapshot.files.length, uncommitted }
}

/** The policy of a repository; `undefined` where nothing pins it and it holds none. */
async function policyOf(
  repository: Repository,
  host: Pick<Host, 'cwd' | 'env'>,
): Promise<Policy | undefined> {
  try {
    return (await openWorkspace(host)).policy
  } catch (error) {
    const unpinned = PolicyError.is(error) && error.code === 'trust_missing'
    if (unpinned && (await readText(policyFiles(repository.top).policy)) === undefined) return undefined
    throw error
  }
}

/** The scanners that a policy names, each told apart by its place in the list. */
function scannersOf(policy: Policy | undefined, { env }: Pick<Host, 'env'>, { top }: Repository): Vetter[] {
  const scanners = policy?.document.merge.scanners ?? []
  return scanners.map((command, index) =>
    externalVetter({
      id: `${command[0]?.split(/[\\/]/).at(-1)}#${index + 1}`,
      command,
      run: (argv, options) => runCommand(argv, { ...options, env, workingTree: top }),
    }),
  )
}

function severityOf(text: string): Exclude<Severity, 'none'> {
  const known = (['low', 'medium', 'high', 'critical'] as const).find((severity) => severity === text)
  if (known) return known
  throw new PolicyError('usage', `--block-at is ${JSON.stringify(text)}, not low, medium, high or critical`)
}
