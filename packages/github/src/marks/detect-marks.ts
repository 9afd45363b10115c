import { accountIdOfAddress, loginOfAddress } from '../account/account.ts'
import { agentNamedIn, agentOfAccount, agentOfAddress, agentOfSignature } from '../account/known-agents.ts'
import type { CommitEvidence, PullRequestEvidence } from '../evidence/pull-request-evidence.ts'
import type { ModelMark } from './model-mark.ts'
import { readTrailers, type Trailer } from './read-trailers.ts'

/**
 * Every sign in a pull request that a model took part. Pure.
 *
 * Strong: trailers, identities by account number, who pushed, audit evidence. Weak: the branch's name, prose, a co-author who has no
 * more than an agent's name. That there is none proves nothing.
 */
export function detectMarks(pullRequest: PullRequestEvidence): ModelMark[] {
  return [...pullRequest.commits.flatMap(marksOfCommit), ...marksOfWhole(pullRequest)]
}

/** The id of a GitHub account that commit trailers name as co-author. */
export function coAuthorIds(message: string): number[] {
  return readTrailers(message).flatMap(({ name, value }) => {
    const id = name === 'co-authored-by' ? accountIdOfAddress(signatureOf(value).address) : undefined
    return id ?? []
  })
}

/** The logins of GitHub accounts that commit trailers name as co-author by an address of the old form, lower case. */
export function coAuthorLogins(message: string): string[] {
  return readTrailers(message).flatMap(({ name, value }) =>
    name === 'co-authored-by' ? (loginOfAddress(signatureOf(value).address) ?? []) : [],
  )
}

function marksOfCommit(commit: CommitEvidence): ModelMark[] {
  const of = { commit: commit.id }
  const trailers = readTrailers(commit.message).flatMap((trailer) => {
    const told = markOfTrailer(trailer)
    return told ? [{ kind: 'trailer', ...of, ...told } as const] : []
  })
  const people = [commit.author, commit.committer].flatMap((account) => account ?? [])
  // An address that belongs to no account on GitHub is an agent's all the same.
  const signed = commit.signatures.flatMap(({ name, address }) => {
    const agent = agentOfAddress(address)
    return agent && !people.some(({ id }) => agent.ids.includes(id))
      ? [{ agent, saw: `${name} <${address}>` }]
      : []
  })
  const signatures = [...new Map(signed.map((one) => [one.saw, one])).values()].map(
    ({ agent, saw }) =>
      ({ strength: 'strong', kind: 'identity', ...of, model: undefined, tool: agent.tool, saw }) as const,
  )
  const identities = [...new Map(people.map((account) => [account.id, account])).values()].flatMap(
    (account) => {
      const agent = agentOfAccount(account.id)
      if (!agent) return []
      return [
        {
          strength: 'strong',
          kind: 'identity',
          ...of,
          model: undefined,
          tool: agent.tool,
          saw: account.login,
        } as const,
      ]
    },
  )
  const marks = [...trailers, ...identities, ...signatures]
  if (marks.length > 0 || !prose.test(commit.message)) return marks
  return [
    {
      strength: 'weak',
      kind: 'prose',
      ...of,
      model: undefined,
      tool: 'Codex',
      saw: 'a mention in the message',
    },
  ]
}

const prose = /\bcodex\b/i

function markOfTrailer({
  name,
  value,
}: Trailer): Pick<ModelMark, 'strength' | 'model' | 'tool' | 'saw'> | undefined {
  const mark = { strength: 'strong', model: undefined, tool: undefined, saw: `${name}: ${value}` } as const
  if (name === 'ai-model') return value.toLowerCase() === 'none' ? undefined : { ...mark, model: value }
  if (name === 'assisted-by') {
    const [, tool = value, model] = /^([^:[]+):\s*([^\s[]+)/.exec(value) ?? []
    return { ...mark, model, tool: tool.trim() }
  }
  if (name === 'ai-escalation') return mark
  const { person, address } = signatureOf(value)
  const agent = agentOfSignature(person, address)
  if (agent) return { ...mark, tool: agent.tool }
  const namesake = agentNamedIn(person)
  return namesake && { ...mark, strength: 'weak', tool: namesake.tool }
}

function signatureOf(value: string): { person: string; address: string } {
  const [, person = value, address = ''] = /^([^<]*)<([^>]*)>/.exec(value) ?? []
  return { person, address }
}

function marksOfWhole({ author, pushes, headBranch, body, audit }: PullRequestEvidence): ModelMark[] {
  const whole = { commit: undefined, model: undefined }
  const actors = new Map([author, ...pushes.map(({ by }) => by)].flatMap((by) => (by ? [[by.id, by]] : [])))
  const acted = [...actors.values()].flatMap((account): ModelMark[] => {
    const agent = agentOfAccount(account.id)
    return agent ? [{ strength: 'strong', kind: 'push', ...whole, tool: agent.tool, saw: account.login }] : []
  })
  const models = (audit.type === 'verified' ? audit.events : []).flatMap(({ data }) =>
    'model_policy.model' in data ? (data['model_policy.model'] ?? []) : [],
  )
  const called = [...new Set(models)].map(
    (model) =>
      ({ strength: 'strong', kind: 'evidence', ...whole, model, tool: undefined, saw: model }) as const,
  )
  const weak = { strength: 'weak', ...whole, tool: 'Codex' } as const
  return [
    ...acted,
    ...called,
    ...(headBranch.startsWith('codex/') ? [{ ...weak, kind: 'branch' as const, saw: headBranch }] : []),
    ...(prose.test(body) ? [{ ...weak, kind: 'prose' as const, saw: 'a mention in the description' }] : []),
  ]
}
