import { execFileSync } from 'node:child_process'
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { workflowText } from '@policy/github'
import { parse } from 'yaml'
import { z } from 'zod'
import type { FakeWorld } from '../../../github/test/support/fake-github.ts'
import type { PullRequestStory } from './pull-request.ts'

/** A clone as a workflow's runner has it, beside the bare repository that it was cloned from. */
export interface Runner extends Disposable {
  folder: string
  /** Write what the runner says of the event that started it. */
  event(payload: unknown): string
}

/** Publish a story as GitHub keeps it, the head of every pull request under `refs/pull`, and clone what a workflow does. */
export function runnerOf(story: PullRequestStory, { fetchHead = true } = {}): Runner {
  const [origin, folder] = [`${story.repository}.origin`, `${story.repository}.runner`]
  const { world } = story.github
  const git = (cwd: string, ...argv: string[]) =>
    execFileSync('git', argv, { cwd, env: { PATH: process.env['PATH'], HOME: folder }, stdio: 'pipe' })
  git('.', 'init', '--quiet', '--bare', '--initial-branch', world.baseBranch, origin)
  const { queue } = world
  const queueRefs = queue
    ? [`${queue.head}:refs/heads/gh-readonly-queue/${world.baseBranch}/pr-${queue.head}`]
    : []
  const refs = [world, ...(world.others ?? [])].flatMap(refsOf)
  const known = refs.filter((ref) => !ref.startsWith('d'.repeat(40)))
  git(story.repository, 'push', '--quiet', origin, ...new Set([...known, ...queueRefs]))
  git('.', 'clone', '--quiet', '--no-checkout', '--no-local', origin, folder)
  if (fetchHead) {
    const [name, variables] = queue
      ? ['merge_group', { BASE: world.base, HEAD: queue.head }]
      : ['pull_request', { NUMBER: String(world.number) }]
    const PATH = process.env['PATH']
    execFileSync('bash', ['-eo', 'pipefail', '-c', fetchStep(`github.event.${name}`)], {
      cwd: folder,
      env: { PATH, HOME: folder, GITHUB_TOKEN: 't', GITHUB_SERVER_URL: 'https://github.com', ...variables },
      stdio: 'pipe',
    })
  }
  return {
    folder,
    event(payload) {
      const path = join(folder, '.git', 'event.json')
      writeFileSync(path, JSON.stringify(payload))
      return path
    },
    [Symbol.dispose]() {
      for (const path of [origin, folder]) rmSync(path, { recursive: true, force: true })
    },
  }
}

/** What the workflow's own gate runs to fetch heads, for the kind of event that `condition` names. */
function fetchStep(condition: string): string {
  const { jobs } = workflow.parse(parse(workflowText({ install: 'npm ci', program: 'model-policy' })))
  const step = jobs.gate.steps.find((one) => one.if === condition)
  if (step?.run === undefined) throw new Error(`the workflow has no step for ${condition}`)
  return step.run
}

const workflow = z.object({
  jobs: z.object({
    gate: z.object({ steps: z.array(z.object({ if: z.string().optional(), run: z.string().optional() })) }),
  }),
})

const refsOf = ({ number, head, base, baseBranch, headBranch, forked = false }: FakeWorld) => [
  `${base}:refs/heads/${baseBranch}`,
  `${head}:refs/pull/${number}/head`,
  ...(forked ? [] : [`${head}:refs/heads/${headBranch}`]),
]
