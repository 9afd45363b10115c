import { readFile } from 'node:fs/promises'
import { PolicyError } from '@policy/core'
import { verifyEvidence } from '@policy/audit'
import { connect, type EventSubject, type EvidenceSources, subjectOfEvent } from '@policy/github'
import { openHistory, openRepository } from '@policy/local'
import type { Host } from '../command-line/host.ts'

/** How a command that looks at a pull request is told which, and where. */
export interface PullRequestOptions {
  /** `owner/name`; else what `GITHUB_REPOSITORY` says. */
  repository?: string
  /** The number; else the one of the event. */
  pullRequest?: string
}

/** A run of a workflow, or of somebody at a terminal: what it is about, and all that evidence is collected with. */
export interface RunContext extends Disposable {
  subject: EventSubject
  /** The event's payload: where to look, never what to believe. */
  payload: unknown
  collect: EvidenceSources
}

/**
 * Put together what `gate` and `mint` need, from options and the environment that GitHub Actions gives.
 *
 * @throws `usage` when it is not said which repository, with which token.
 */
export async function openRunContext(host: Host, options: PullRequestOptions): Promise<RunContext> {
  const { env } = host
  const [, owner, repo] =
    /^([\w.-]+)\/([\w.-]+)$/.exec(options.repository ?? env['GITHUB_REPOSITORY'] ?? '') ?? []
  const token = env['GITHUB_TOKEN'] ?? env['GH_TOKEN']
  if (owner === undefined || repo === undefined) {
    throw new PolicyError('usage', 'it is not said which repository', {
      remedy: 'say it: --repository owner/name',
    })
  }
  if (!token) throw new PolicyError('usage', 'there is no token for GitHub', { remedy: 'set GITHUB_TOKEN' })
  const payload = await readPayload(env['GITHUB_EVENT_PATH'])
  const repository = await openRepository(host.cwd, { env })
  const history = openHistory({ repository, env })
  const baseUrl = env['GITHUB_API_URL']
  const backOff = env['MODEL_POLICY_BACK_OFF_MS']
  return {
    subject: subjectOf(options, env['GITHUB_EVENT_NAME'] ?? 'none', payload),
    payload,
    collect: {
      github: connect({
        token,
        ...(baseUrl ? { baseUrl } : {}),
        ...(backOff ? { backOff: Number(backOff), timeout: Number(backOff) * 1000 } : {}),
      }),
      history,
      owner,
      repo,
      verifyAudit: (evidence, vkey) => verifyEvidence(evidence, { vkey }),
      now: host.clock(),
    },
    [Symbol.dispose]: () => history[Symbol.dispose](),
  }
}

function subjectOf({ pullRequest }: PullRequestOptions, event: string, payload: unknown): EventSubject {
  if (pullRequest === undefined) return subjectOfEvent(event, payload)
  const number = Number(pullRequest)
  if (Number.isSafeInteger(number) && number > 0) return { type: 'pull-request', number }
  throw new PolicyError('usage', `${JSON.stringify(pullRequest)} is not the number of a pull request`)
}

async function readPayload(path: string | undefined): Promise<unknown> {
  if (!path) return {}
  try {
    return JSON.parse(await readFile(path, 'utf8'))
  } catch (cause) {
    throw new PolicyError('file_unreadable', `the event's payload ${path} cannot be read`, {
      cause,
      place: { file: path },
    })
  }
}
