import { type AuditEvent, PolicyError, type PolicyErrorCode } from '@policy/core'
import { describe, expect, it } from 'vitest'
import {
  aCall,
  aChange,
  aCommit,
  aFile,
  agent,
  aGrant,
  approved,
  base,
  aPullRequest,
  codexBot,
  developer,
  green,
  head,
  label,
  labeled,
  maintainer,
  manager,
  minter,
  now,
  oldHead,
  outsider,
  policy,
  policyWith,
  readEscalation,
  reviewer,
} from '../../test/support/a-pull-request.ts'
import type { Evidence } from '../evidence/evidence.ts'
import type { NoteEvidence, PullRequestEvidence } from '../evidence/pull-request-evidence.ts'
import { judge } from './judge.ts'

type Row = [row: number, scenario: string, changes: Partial<PullRequestEvidence>, verdict: string]

const verdictOn = (evidence: Evidence, under = policy): string => {
  const { type, code } = judge(evidence, under)
  return code === undefined ? type : `${type} ${code}`
}
const on = (changes: Partial<PullRequestEvidence>, under = policy) =>
  verdictOn({ type: 'pull-request', pullRequest: aPullRequest(changes) }, under)

const unlabelled = { labels: [], labelEvents: [], grants: [] }
const human = aCommit({ message: 'Tidy up', author: developer, committer: developer })
const openCall = aCall()
Object.assign(openCall.data, { 'gen_ai.request.model': 'gpt-5-mini', 'model_policy.model': 'gpt-5-mini' })

const ordinary = {
  commits: [human],
  author: developer,
  pushes: [],
  escalation: { type: 'missing' },
  audit: { type: 'missing' },
  ...unlabelled,
} as const
const edited = readEscalation({ summary: 'Something else' })
const untrailed = aCommit({ message: 'Split the store' })

const note = (
  commit: Partial<NonNullable<NoteEvidence['commit']>> = {},
  escalation = readEscalation().digest,
) =>
  readEscalation(
    {},
    {
      note: {
        decision: 'approved',
        escalation,
        commit: {
          id: 'd'.repeat(40),
          author: manager,
          committer: manager,
          verification: { verified: true, reason: 'valid' },
          ...commit,
        },
      },
    },
  )
const noteCommit = aCommit({
  id: 'd'.repeat(40),
  author: manager,
  committer: manager,
  message: 'Approve',
  paths: ['escalation.md'],
})
const byNote = {
  ...unlabelled,
  commits: [aCommit(), noteCommit],
  grants: [aGrant({ event: `github:note:${'d'.repeat(40)}` })],
  audit: {
    type: 'verified',
    events: [aCall({ jti: aGrant({ event: `github:note:${'d'.repeat(40)}` }).grant.jti })],
  },
} as const
const byReview = {
  ...unlabelled,
  grants: [aGrant({ event: 'github:review:40' })],
  audit: { type: 'verified', events: [aCall({ jti: aGrant({ event: 'github:review:40' }).grant.jti })] },
} as const
const refusedGrant = (code: PolicyErrorCode) => ({
  grants: [{ type: 'refused', code, reason: code } as const],
})
const incomplete = (code: PolicyErrorCode): Evidence => ({
  type: 'incomplete',
  error: new PolicyError(code, code),
})

const queued = (changes: Partial<PullRequestEvidence> = {}, samePatch = true) =>
  ({ type: 'pull-request', pullRequest: aPullRequest(changes), samePatch }) as const

/** The matrix of the study, by its numbers. Where a row asks two questions, both stand here: 5a may run, 5b may be merged, and so on. */
const matrix: Row[] = [
  [1, 'no model marks, small diff, ordinary paths', ordinary, 'neutral'],
  [
    2,
    'Codex marks, no escalation',
    { ...unlabelled, escalation: { type: 'missing' } },
    'fail escalation_missing',
  ],
  [3, 'escalation valid, no approval', unlabelled, 'fail approval_missing'],
  [4, 'label by the manager, grant minted', {}, 'pass'],
  [4, 'label by the manager, nothing minted yet', { grants: [] }, 'fail grant_missing'],
  [
    5,
    'then a push within the approved paths, reviewed again',
    { commits: [aCommit({ id: oldHead }), aCommit()] },
    'pass',
  ],
  [5, 'then a push, not reviewed again', { reviews: [approved(31, reviewer, oldHead)] }, 'fail review_stale'],
  [
    5,
    'then a push outside the approved paths',
    { commits: [aCommit({ paths: ['db/migrate.sql'] })] },
    'fail grant_path',
  ],
  [
    6,
    'then a force push of the same tree: the run stands, the review is of another head',
    { reviews: [approved(31, reviewer, oldHead)] },
    'fail review_stale',
  ],
  [
    7,
    'then the escalation edited',
    { escalation: edited, commits: [aCommit({ message: 'AI-Model: gpt-5.3-codex' })] },
    'fail grant_escalation',
  ],
  [8, 'label by a bot', { grants: [], labelEvents: [labeled(7, agent)] }, 'fail approval_not_person'],
  [
    9,
    'label by the manager through an app',
    { grants: [], labelEvents: [{ ...labeled(7), viaApp: 'helper' }] },
    'fail approval_not_person',
  ],
  [
    10,
    'label by a listed person with the triage role',
    { grants: [], standings: { 'github:1001': { permission: 'read', role: 'triage' } } },
    'fail approval_role',
  ],
  [
    11,
    'label by a writer who is not listed',
    { grants: [], labelEvents: [labeled(7, developer)] },
    'fail approval_unlisted',
  ],
  [12, 'label by the manager, who is the author', { author: manager, grants: [] }, 'fail approval_self'],
  [
    12,
    'label by the manager, who pushed after the grant',
    { pushes: [{ by: manager, before: oldHead, after: head }] },
    'fail approval_self',
  ],
  [
    12,
    'label by the manager, who committed',
    { commits: [aCommit({ author: manager })] },
    'fail approval_self',
  ],
  [
    13,
    'label taken off again, no grant',
    { grants: [], labelEvents: [labeled(7), { ...labeled(8), type: 'unlabeled' }] },
    'fail approval_missing',
  ],
  [
    13,
    'label taken off again after the grant',
    { labels: [], labelEvents: [labeled(7), { ...labeled(8), type: 'unlabeled' }] },
    'fail approval_withdrawn',
  ],
  [
    14,
    'label taken off, put back by the agent',
    {
      labelEvents: [labeled(7), { ...labeled(8, developer), type: 'unlabeled' }, labeled(9, agent)],
      grants: [],
    },
    'fail approval_not_person',
  ],
  [
    14,
    'the same after the grant',
    { labelEvents: [labeled(7), { ...labeled(8, developer), type: 'unlabeled' }, labeled(9, agent)] },
    'fail approval_withdrawn',
  ],
  [
    15,
    'another label renamed to the approval label',
    { grants: [], labelEvents: [labeled(7, manager, 'ready')] },
    'fail approval_missing',
  ],
  [
    16,
    'label put on for an outsider by an issue form',
    { grants: [], labelEvents: [labeled(7, outsider)] },
    'fail approval_unlisted',
  ],
  [
    17,
    'a label in Cyrillic letters',
    {
      grants: [],
      labels: ['model:сodex-approve'],
      labelEvents: [labeled(7, manager, 'model:сodex-approve')],
    },
    'fail approval_missing',
  ],
  [
    17,
    'a label with a zero-width space',
    { grants: [], labels: [`${label}\u200B`], labelEvents: [labeled(7, manager, `${label}\u200B`)] },
    'fail approval_missing',
  ],
  [
    17,
    'a label in another case is the same label on GitHub',
    { labels: ['Model:Codex-Approve'], labelEvents: [labeled(7, manager, 'Model:Codex-Approve')] },
    'pass',
  ],
  [18, 'label on a linked issue only', unlabelled, 'fail approval_missing'],
  [
    18,
    'a grant for an event that is not of this pull request',
    { grants: [aGrant({ event: 'github:label:99' })] },
    'fail approval_withdrawn',
  ],
  [
    19,
    'a grant for another pull request of the issue',
    { ...unlabelled, grants: [aGrant({ escalation: { id: 'esc_01JD0000000000000000000009' } })] },
    'fail grant_escalation',
  ],
  [
    20,
    'refusal label beside the approval',
    { labels: [label, 'model:codex-refuse'] },
    'fail approval_declined',
  ],
  [
    20,
    'a signed decline beside the approval',
    { decline: { by: 'github:1001', reason: 'too wide' } },
    'fail approval_declined',
  ],
  [
    21,
    'approval note committed by the agent',
    { ...byNote, grants: [], escalation: note({ author: agent, committer: agent }) },
    'fail approval_not_person',
  ],
  [
    21,
    'approval note committed by the developer who did the work',
    {
      ...byNote,
      grants: [],
      author: developer,
      escalation: note({ author: developer, committer: developer }),
    },
    'fail approval_self',
  ],
  [
    22,
    'note claims the manager as author, unsigned',
    { ...byNote, grants: [], escalation: note({ verification: { verified: false, reason: 'unsigned' } }) },
    'fail approval_unverified',
  ],
  ...['unknown_key', 'expired_key', 'bad_email', 'unverified_email'].map((reason): Row => [
    23,
    `note signed, ${reason}`,
    { ...byNote, grants: [], escalation: note({ verification: { verified: false, reason } }) },
    'fail approval_unverified',
  ]),
  [
    24,
    'note by the manager, a later commit edits the file',
    { ...byNote, escalation: note({ id: 'e'.repeat(40), author: agent, committer: agent }) },
    'fail approval_self',
  ],
  [24, 'note by the manager, verified and minted', { ...byNote, escalation: note() }, 'pass'],
  [
    25,
    'review by the manager of the head, minted',
    { ...byReview, reviews: [approved(40, manager)] },
    'pass',
  ],
  [
    26,
    'review by the manager of an older head',
    { ...byReview, reviews: [approved(40, manager, oldHead)] },
    'fail review_stale',
  ],
  [
    26,
    'review by the manager, dismissed',
    { ...byReview, reviews: [{ ...approved(40, manager), state: 'DISMISSED' }, approved(31, reviewer)] },
    'fail approval_withdrawn',
  ],
  [
    26,
    'review by the manager, who then asks for changes',
    {
      ...byReview,
      reviews: [approved(40, manager), { ...approved(41, manager), state: 'CHANGES_REQUESTED' }],
    },
    'fail approval_declined',
  ],
  [
    26,
    'review by the manager, who asked for changes before',
    {
      ...byReview,
      reviews: [{ ...approved(39, manager), state: 'CHANGES_REQUESTED' }, approved(40, manager)],
    },
    'pass',
  ],
  [
    27,
    'approval text in a comment, fence or quote',
    {
      ...unlabelled,
      escalation: { type: 'refused', code: 'escalation_malformed', reason: 'the prose says something else' },
    },
    'fail escalation_malformed',
  ],
  [28, 'a comment that says approved, edited or not', unlabelled, 'fail approval_missing'],
  [
    29,
    'escalation.md is no plain file',
    { escalation: { type: 'refused', code: 'escalation_file_type', reason: 'a symlink' } },
    'fail escalation_file_type',
  ],
  [
    30,
    'escalation.md deleted or renamed away',
    { escalation: { type: 'missing' } },
    'fail escalation_missing',
  ],
  [
    31,
    'a twin beside escalation.md',
    { escalation: { type: 'refused', code: 'escalation_ambiguous', reason: 'Escalation.MD' } },
    'fail escalation_ambiguous',
  ],
  [
    32,
    'escalation.md as it lies on main',
    { escalation: readEscalation({}, { onBase: true }) },
    'fail escalation_stale',
  ],
  [33, 'from a fork, not approved', { ...unlabelled, pushes: [], author: outsider }, 'fail approval_missing'],
  [33, 'from a fork, approved and reviewed', { pushes: [], author: outsider }, 'pass'],
  [
    35,
    'edits the workflow',
    { change: aChange(aFile('.github/workflows/model-policy.yml')) },
    'needs-maintainer protected_path',
  ],
  [
    35,
    'edits the policy, no model in sight',
    { ...ordinary, reviews: [], change: aChange(aFile('model-policy.yaml')) },
    'needs-maintainer protected_path',
  ],
  [
    35,
    'edits CODEOWNERS, a maintainer reviewed this head',
    { change: aChange(aFile('docs/CODEOWNERS')), reviews: [approved(31, maintainer)] },
    'pass',
  ],
  [
    36,
    'loosens the policy for itself',
    { ...unlabelled, change: aChange(aFile('model-policy.yaml')) },
    'fail approval_missing',
  ],
  [
    37,
    'attributes hide sources',
    { change: aChange(aFile('.gitattributes'), aFile('src/a.ts', { added: 900 })) },
    'needs-maintainer attributes_changed',
  ],
  [
    40,
    'renames a sensitive file to a plain path',
    { change: aChange(aFile('src/plain.ts', { from: 'src/auth/x.ts', status: 'renamed' })) },
    'pass',
  ],
  [
    42,
    'a symlink that points out of the repository',
    { symlinks: [{ path: 'src/link', target: '../../etc/passwd' }] },
    'needs-maintainer symlink_escapes',
  ],
  [42, 'a symlink that stays', { symlinks: [{ path: 'src/link', target: '../docs/a.md' }] }, 'pass'],
  [
    43,
    'a submodule',
    { change: aChange(aFile('vendor/x', { kind: 'submodule', added: undefined, deleted: undefined })) },
    'needs-maintainer submodule_changed',
  ],
  [
    43,
    'a file in the place of a submodule',
    { change: aChange(aFile('vendor/x', { status: 'type-changed' })) },
    'needs-maintainer submodule_changed',
  ],
  ...[
    'Squash (#4)\n\n* one\n\nAI-Model: gpt-5.3-codex\n\n* two\n\nProse after it.',
    'Subject\n\n---\n\nAssisted-by: Codex:gpt-5.3-codex',
    'Subject\n\n    Co-authored-by: Codex <noreply@openai.com>\n\nmore',
    'Subject\r\n\r\nassisted-by:   codex:openai/gpt-5.3-codex [shell]\r\n',
  ].map((message): Row => [
    44,
    `a mark at ${JSON.stringify(message.slice(9, 40))}`,
    { ...unlabelled, commits: [aCommit({ message })] },
    'fail approval_missing',
  ]),
  [
    45,
    'Codex in prose only',
    { ...ordinary, commits: [aCommit({ ...human, message: 'Describe how Codex works' })] },
    'neutral',
  ],
  [
    45,
    'a co-author who has no more than an agent’s name',
    {
      ...ordinary,
      commits: [aCommit({ ...human, message: 'Split\n\nCo-authored-by: Codex CLI <unknown>' })],
    },
    'neutral',
  ],
  [
    46,
    'trailers stripped, a Codex bot pushed',
    {
      ...unlabelled,
      commits: [untrailed],
      audit: { type: 'missing' },
      pushes: [{ by: codexBot, before: oldHead, after: head }],
    },
    'fail approval_missing',
  ],
  [
    46,
    'trailers stripped, evidence shows the calls',
    { ...unlabelled, commits: [untrailed] },
    'fail approval_missing',
  ],
  [
    46,
    'trailers stripped, the author is a Codex bot',
    { ...unlabelled, commits: [aCommit({ message: 'x', author: codexBot })], audit: { type: 'missing' } },
    'fail approval_missing',
  ],
  [
    47,
    'declares another model, another trailer says Codex',
    {
      commits: [aCommit({ message: 'x\n\nAI-Model: gpt-5-mini\nCo-authored-by: Codex <codex@openai.com>' })],
    },
    'fail attribution_contradictory',
  ],
  [
    47,
    'declares no model, evidence says Codex',
    { commits: [aCommit({ message: 'x\n\nAI-Model: none' })] },
    'fail attribution_contradictory',
  ],
  [
    51,
    'retargeted: the escalation starts from a commit it does not build on',
    { escalation: readEscalation({}, { reachesBase: false }) },
    'fail escalation_base',
  ],
  [
    51,
    'retargeted to a branch under another policy',
    {
      escalation: readEscalation({ policy: `sha256:${'0'.repeat(64)}` }),
      commits: [aCommit({ message: 'AI-Model: gpt-5.3-codex' })],
    },
    'fail grant_policy',
  ],
  [52, 'an old run replayed: live state has another head', { head: oldHead }, 'fail review_stale'],
  ...(
    [
      'grant_forged',
      'grant_issuer',
      'grant_audience',
      'grant_key_unknown',
      'grant_key_revoked',
      'grant_malformed',
    ] as const
  ).map((code): Row => [55, `token: ${code}`, refusedGrant(code), `fail ${code}`]),
  [
    55,
    'the call ran after its grant',
    { audit: { type: 'verified', events: [aCall({ time: '2026-11-22T21:00:00.000Z' })] } },
    'fail grant_expired',
  ],
  [
    55,
    'the call ran before its grant',
    { audit: { type: 'verified', events: [aCall({ time: '2026-11-22T11:59:54.000Z' })] } },
    'fail grant_expired',
  ],
  [
    55,
    'the call ran under another grant',
    { audit: { type: 'verified', events: [aCall({ jti: 'other' })] } },
    'fail evidence_foreign',
  ],
  [
    55,
    'the call ran for another escalation',
    { audit: { type: 'verified', events: [aCall({ digest: edited.digest })] } },
    'fail evidence_foreign',
  ],
  [
    56,
    'evidence of an open model alone',
    { audit: { type: 'verified', events: [openCall] } },
    'fail evidence_missing',
  ],
  [56, 'no evidence', { audit: { type: 'missing' } }, 'fail evidence_missing'],
  [56, 'evidence without a call', { audit: { type: 'verified', events: [] } }, 'fail evidence_missing'],
  [
    57,
    'evidence that does not verify',
    { audit: { type: 'refused', code: 'log_altered', reason: 'line 3' } },
    'fail log_altered',
  ],
  [
    57,
    'evidence of an earlier escalation removed',
    {
      change: aChange(
        aFile('.model-policy/evidence/esc_01JD0000000000000000000007.json', { status: 'deleted' }),
      ),
    },
    'fail evidence_altered',
  ],
  ...['timed_out', 'cancelled', 'startup_failure', 'action_required', 'neutral', 'skipped'].map(
    (conclusion): Row => [
      58,
      `vet ${conclusion}`,
      {
        checks: [green('test'), { ...green('skill-vetter'), conclusion }],
      },
      'error vet_failed',
    ],
  ),
  [58, 'vet did not run', { checks: [green('test')] }, 'fail check_missing'],
  [
    58,
    'vet found something',
    {
      checks: [green('test'), { ...green('skill-vetter'), conclusion: 'failure' }],
    },
    'fail check_failed',
  ],
  [
    61,
    'the manager lost access after the grant',
    { standings: { ...aPullRequest().standings, 'github:1001': { permission: 'none', role: 'none' } } },
    'fail approval_role',
  ],
  [62, 'a draft', { draft: true }, 'pass'],
  [63, 'the requester approves', { author: manager, grants: [] }, 'fail approval_self'],
  [
    64,
    'a co-author trailer names the manager',
    {
      commits: [
        aCommit({ message: `${aCommit().message}Co-authored-by: Mona <1001+mona@users.noreply.github.com>` }),
      ],
    },
    'fail approval_self',
  ],
]

describe('the matrix', () => {
  it.each(matrix)('%i: %s', (_row, _scenario, changes, verdict) => expect(on(changes)).toBe(verdict))

  it('6: with review of any head, a reworded head passes', async () => {
    const lenient = await policyWith({ review: 'any' })
    const escalation = readEscalation({ policy: lenient.digest })
    const grants = [aGrant({ escalation: { policy: lenient.digest } })]
    const commits = [aCommit({ message: 'AI-Model: gpt-5.3-codex' })]
    const audit = {
      type: 'verified',
      events: [aCall({ digest: escalation.digest, jti: grants[0]?.grant.jti ?? '' })],
    } as const
    const reviews = [approved(31, reviewer, oldHead)]
    expect(on({ escalation, grants, commits, audit, reviews }, lenient)).toBe('pass')
  })

  it.each<[number, string, PolicyErrorCode]>([
    [34, 'the fork is gone', 'github_incomplete'],
    [38, 'more than the API gives, and no git', 'history_incomplete'],
    [39, 'counts of the API are zeroed, and no git', 'history_incomplete'],
    [53, 'GitHub answers 403, 404, 5xx, rate limit or nothing', 'github_failed'],
    [54, 'a page of label events is missing', 'github_incomplete'],
  ])('%i: %s', (_row, _scenario, code) => expect(verdictOn(incomplete(code))).toBe(`error ${code}`))

  it.each(['src/auth/a b"c', 'src/auth/tab\there', 'src/auth/line\nbreak', 'src/auth/ü', 'src/auth/\\xff'])(
    '41: a sensitive path %j is told',
    (path) => {
      const { findings } = judge(
        { type: 'pull-request', pullRequest: aPullRequest({ change: aChange(aFile(path)) }) },
        policy,
      )
      expect(findings.map(({ saw }) => saw).join()).toContain(JSON.stringify(path))
    },
  )

  it('40: both sides of a rename are looked at', () => {
    const change = aChange(aFile('src/plain.ts', { from: 'src/auth/x.ts', status: 'renamed' }))
    const { findings } = judge({ type: 'pull-request', pullRequest: aPullRequest({ change }) }, policy)
    expect(findings.map(({ saw }) => saw)).toContain('"src/auth/x.ts" (**/auth/**)')
  })

  it.each<[number, string, Extract<Evidence, { type: 'merge-group' }>['changes'], string]>([
    [48, 'one pull request, approved, content equal', [queued()], 'pass'],
    [
      49,
      'two, one of them stale',
      [queued(), queued({ number: 13, reviews: [approved(1, reviewer, oldHead)] })],
      'fail review_stale',
    ],
    [49, 'a commit that is nobody’s', [queued(), { type: 'unknown', commit: head }], 'fail queue_altered'],
    [50, 'the base moved, patch equal', [queued({ base: 'f'.repeat(40) })], 'pass'],
    [50, 'the base moved, patch differs', [queued({}, false)], 'fail queue_altered'],
  ])('%i: %s', (_row, _scenario, changes, verdict) =>
    expect(verdictOn({ type: 'merge-group', changes })).toBe(verdict),
  )

  it.each(['push', 'workflow_dispatch', 'create'])('60: %s without a pull request', (event) =>
    expect(verdictOn({ type: 'no-pull-request', event })).toBe('fail pull_request_missing'),
  )

  it('has every row of the study', () => {
    const elsewhere = [34, 38, 39, 41, 48, 49, 50, 53, 54, 59, 60]
    const rows = new Set([...matrix.map(([row]) => row), ...elsewhere])
    expect([...rows].toSorted((one, other) => one - other)).toEqual(
      Array.from({ length: 64 }, (_, index) => index + 1),
    )
  })
})

const evidenceFile = '.model-policy/evidence/esc_01JD0000000000000000000000.json'
const second = (message: string, changes: Partial<PullRequestEvidence['commits'][number]> = {}) =>
  aCommit({ id: oldHead, message, author: developer, committer: developer, paths: ['db/x.sql'], ...changes })
const copilot = 'Co-authored-by: Copilot <198982749+Copilot@users.noreply.github.com>'
const opened = {
  author: codexBot,
  pushes: [{ by: codexBot, before: oldHead, after: head }],
  audit: { type: 'missing' },
} as const

describe('no mark frees what it is not on', () => {
  it.each<[string, Partial<PullRequestEvidence>, string]>([
    ['a stripped one', { ...opened, commits: [second('Split'), aCommit()] }, 'fail grant_path'],
    [
      'one that denies it',
      { ...opened, commits: [second('x\n\nAI-Model: none'), aCommit()] },
      'fail attribution_contradictory',
    ],
    [
      'one that names another model',
      { ...opened, commits: [second('x\n\nAI-Model: gpt-5-mini'), aCommit()] },
      'fail attribution_contradictory',
    ],
    [
      'a stripped one, by a tool that runs several models',
      {
        ...opened,
        author: { id: 198982749, login: 'Copilot', bot: true },
        pushes: [],
        commits: [second('x'), aCommit({ message: `x\n\nAI-Model: gpt-5-mini\n${copilot}` })],
      },
      'fail declaration_missing',
    ],
  ])('on one commit: %s beside it is the agent’s that opened the pull request', (_name, changes, verdict) =>
    expect(on(changes)).toBe(verdict),
  )

  it('leaves to a person what GitHub saw them push, beside marked commits of an agent', () => {
    const pushes = [
      { by: codexBot, before: oldHead, after: head },
      { by: developer, before: base, after: oldHead },
    ]
    const beside = { author: codexBot, pushes, commits: [second('x\n\nAI-Model: none'), aCommit()] }
    expect(on(beside)).toBe('pass')
    expect(on({ ...beside, pushes: [...pushes, { by: codexBot, before: base, after: oldHead }] })).toBe(
      'fail attribution_contradictory',
    )
    expect(on({ ...beside, commits: [second('x')] })).toMatch(/^fail/)
  })

  it('of several models in the evidence', () => {
    const [{ data, ...call }] = [aCall()]
    const open = { ...call, data: { ...data, 'model_policy.model': 'gpt-5-mini' } }
    const audit = { type: 'verified', events: [open, aCall()] } as const
    expect(on({ ...unlabelled, commits: [untrailed], audit })).toBe('fail approval_missing')
  })
})

const approverKey = {
  ...minter,
  role: 'approver',
  subject: 'github:1001',
  personas: ['project-manager'],
} as const

const call = (data: Partial<AuditEvent<'call.started'>['data']>): AuditEvent<'call.started'> => {
  const event = aCall()
  return { ...event, data: { ...event.data, ...data } }
}
const calls = (...data: Parameters<typeof call>[0][]) =>
  ({ audit: { type: 'verified', events: data.map(call) } }) as const
const many = (count: number) =>
  calls(...Array.from({ length: count }, (_, index) => ({ 'model_policy.call_id': `call-${index}` })))

describe('calls on record', () => {
  const max = { 'model_policy.model': 'gpt-5.1-codex-max' }

  it.each<[string, Partial<PullRequestEvidence>, string]>([
    ['of a second gated model', calls({}, max), 'fail grant_model'],
    ['of a gated model that no commit names', calls(max), 'fail grant_model'],
    ['of an open model beside it', calls({}, { 'model_policy.model': 'gpt-5-mini' }), 'pass'],
    ['of a model of no class', calls({}, { 'model_policy.model': 'mystery-9' }), 'fail model_unknown'],
    ['as many as were granted', many(25), 'pass'],
    ['one more than was granted', many(26), 'fail grant_spent'],
    ['one that was tried 30 times', calls(...Array.from({ length: 30 }, () => ({}))), 'pass'],
  ])('%s', (_name, changes, verdict) => expect(on(changes)).toBe(verdict))

  it('of a second gated model were not permitted on a branch that nothing protects, either', () => {
    expect(on({ baseBranch: 'topic', ...calls({}, max) })).toBe('fail grant_model')
  })

  it('under a grant for another model than was asked for', () => {
    const found = aGrant({ event: 'file:escalation.md', key: approverKey })
    const [detail] = found.grant.authorization_details
    const other = { ...detail, models: ['gpt-5.1-codex-max'] } as typeof detail
    const grants = [
      { ...found, grant: { ...found.grant, authorization_details: [other] } as typeof found.grant },
    ]
    expect(on({ grants, ...calls({ 'model_policy.grant.jti': found.grant.jti }) })).toBe('fail grant_model')
  })

  it.each([
    ['gpt-5.1-codex-max', 'fail grant_model'],
    ['mystery-9', 'fail grant_model'],
    ['gpt-5-mini', 'pass'],
  ])('that %s answered in the place of the model', (model, verdict) => {
    const { 'model_policy.call_id': id, ...asked } = aCall().data
    const answered = {
      ...aCall(),
      type: 'dev.modelpolicy.call.substituted.v1',
      data: { ...asked, 'model_policy.call_id': id, 'gen_ai.response.model': model },
    } as unknown as AuditEvent
    expect(on({ audit: { type: 'verified', events: [aCall(), answered] } })).toBe(verdict)
  })
})

describe('what is merged', () => {
  it.each(['modified', 'deleted'] as const)('evidence that is %s fails, also under its own id', (status) => {
    const change = aChange(aFile('src/session/store.ts'), aFile(evidenceFile, { status }))
    expect(on({ change })).toBe('fail evidence_altered')
    expect(on({ ...ordinary, change, escalation: readEscalation({}, { onBase: true }) })).toBe(
      'fail evidence_altered',
    )
  })

  it('evidence that is renamed away fails', () => {
    const renamed = aFile('docs/evidence.json', { from: evidenceFile, status: 'renamed' })
    expect(on({ change: aChange(renamed) })).toBe('fail evidence_altered')
  })

  it('evidence that the pull request brings is its own', () => {
    const change = aChange(aFile('src/session/store.ts'), aFile(evidenceFile, { status: 'added' }))
    expect(on({ change })).toBe('pass')
  })
})

describe('a lock file that names another gate', () => {
  const gateLocks = ['package-lock.json']
  it('needs a maintainer, whoever changed it', () => {
    expect(on({ gateLocks })).toBe('needs-maintainer protected_path')
    expect(on({ ...ordinary, gateLocks })).toBe('needs-maintainer protected_path')
    expect(on({ gateLocks, reviews: [approved(31, maintainer)] })).toBe('pass')
  })
})

describe('paths', () => {
  it.each([
    '.npmrc',
    '.yarnrc',
    '.yarnrc.yml',
    '.yarn/releases/yarn-4.0.0.cjs',
    '.yarn/unplugged/model-policy-npm-1.0.0-0123456789/node_modules/model-policy/main.js',
    '.yarn/install-state.gz',
    '.env.yarn',
    'yarn.config.cjs',
    '.pnpmfile.cjs',
    '.pnpmfile.mjs',
    'pnpm-workspace.yaml',
    '.corepack.env',
    'node_modules/.bin/model-policy',
    'node_modules',
    '.NPMRC',
  ])('of what installs the gate, or takes its place, need a maintainer: %s', (path) =>
    expect(on({ change: aChange(aFile(path)) })).toBe('needs-maintainer protected_path'),
  )
  it.each([
    'mod\u0435l-policy.yaml',
    'model\u2010policy.yaml',
    'model_policy.yaml',
    '.model-p\u043Elicy/keys.json',
    '.model-p\u043Elicy/evidence/x.json',
    '.g\u0456thub/workflows/x.yml',
    'docs/CODE\u200BOWNERS',
    'n\u043Ede_modules/x.js',
  ])('that may be read as those of a judge need a maintainer, no model in sight: %j', (path) =>
    expect(on({ ...ordinary, change: aChange(aFile(path)) })).toBe('needs-maintainer protected_path'),
  )
  it.each(['.yarn/cache/x.zip', 'docs/.npmrc.md', 'packages/a/node_modules.ts', 'yarn.config.ts'])(
    'of anything else do not: %s',
    (path) => expect(on({ change: aChange(aFile(path)) })).toBe('pass'),
  )

  it('that are renamed away count like those that are there', () => {
    const renamed = aFile('src/plain.yml', { status: 'renamed' })
    const workflow = { ...renamed, from: '.github/workflows/model-policy.yml' }
    expect(on({ change: aChange(workflow) })).toBe('needs-maintainer protected_path')
    const attributes = { ...renamed, from: '.gitattributes' }
    expect(on({ change: aChange(attributes) })).toBe('needs-maintainer attributes_changed')
  })

  it('that a model-made merge drops of either side are its own', () => {
    const work = aCommit({ id: oldHead })
    const merge = aCommit({ parents: [oldHead, base], paths: [] })
    const dropped = aFile('pay/charge.ts', { status: 'deleted' })
    const change = aChange(aFile('src/session/store.ts'), dropped)
    const told = { ...work, paths: [...work.paths, 'escalation.md'] }
    expect(on({ commits: [merge, told], change: aChange(aFile('src/session/store.ts')) })).toBe('pass')
    expect(on({ commits: [merge, told], change })).toBe('fail grant_path')
    const person = { author: developer, committer: developer, message: 'Work' }
    const byPerson = aCommit({ ...person, id: 'd'.repeat(40), paths: ['pay/charge.ts'] })
    const pushes = [{ by: developer, before: base, after: byPerson.id }]
    expect(on({ author: developer, pushes, commits: [merge, told, byPerson], change })).toBe('pass')
  })

  it('are approved in the letters that they were approved in', () => {
    expect(on({ commits: [aCommit({ paths: ['SRC/evil.ts'] })] })).toBe('fail grant_path')
  })

  it.each([
    'sub/../a',
    'sub/../../../etc',
    '../docs/x/../y',
    '../.git/hooks/pre-commit',
    './../.GIT/config',
    '..//.git',
    '../../x',
  ])('a symlink in src to %s needs a maintainer', (target) => {
    expect(on({ symlinks: [{ path: 'src/link', target }] })).toBe('needs-maintainer symlink_escapes')
  })

  it.each(['../docs/a.md', './b', '../.github/x', '..a/b'])('a symlink in src to %s stays', (target) => {
    expect(on({ symlinks: [{ path: 'src/link', target }] })).toBe('pass')
  })
})

describe('judge', () => {
  it('asks no person to review what a branch that is not protected takes', () => {
    expect(on({ baseBranch: 'topic', reviews: [], checks: [], audit: { type: 'missing' } })).toBe('pass')
    expect(on({ ...unlabelled, baseBranch: 'topic' })).toBe('fail approval_missing')
  })

  it('asks for checks, vet and review of work by an open model, and for no escalation', () => {
    const commits = [aCommit({ message: 'x\n\nAI-Model: gpt-5-mini' })]
    const open = { ...ordinary, commits, author: agent }
    expect(on(open)).toBe('pass')
    expect(on({ ...open, reviews: [] })).toBe('fail review_missing')
    expect(on({ ...open, checks: [{ ...green('test'), conclusion: 'pending' }] })).toBe('fail check_pending')
  })

  it.each<[string, string, string]>([
    ['an unknown model', 'AI-Model: mystery-9', 'fail model_unknown'],
    [
      'a tool that runs several models',
      'Co-authored-by: Copilot <198982749+Copilot@users.noreply.github.com>',
      'fail declaration_missing',
    ],
    [
      'the same tool with its model',
      'AI-Model: gpt-5-mini\nCo-authored-by: Copilot <198982749+Copilot@users.noreply.github.com>',
      'pass',
    ],
    ['the alias of the policy', 'AI-Model: gpt-codex-5.3', 'pass'],
    ['the model with its provider', 'AI-Model: openai/gpt-5.3-codex', 'pass'],
    [
      'no model, in other letters, and a tool',
      `AI-Model: None\n${copilot}`,
      'fail attribution_contradictory',
    ],
    [
      'no model, and an open one',
      'AI-Model: none\nAssisted-by: Copilot:gpt-5-mini',
      'fail attribution_contradictory',
    ],
    ...['Codex CLI', 'OpenAI Codex', 'codex-cli'].map((tool): [string, string, string] => [
      `an open model, and ${tool}`,
      `AI-Model: gpt-5-mini\nAssisted-by: ${tool}`,
      'fail attribution_contradictory',
    ]),
    ['an unknown model, on a folded line', 'AI-Model:\n mystery-9', 'fail model_unknown'],
    ['an unknown model, two lines folded', 'AI-Model: \n \t\n  mystery-9', 'fail model_unknown'],
    ['an unknown model, after a no-break space', 'AI-Model:\u00A0mystery-9', 'fail model_unknown'],
    ['an unknown model, the colon after a no-break space', 'AI-Model\u00A0: mystery-9', 'fail model_unknown'],
    [
      'a tool, on a folded line',
      'AI-Model: none\nAssisted-by:\n Codex:gpt-5.3-codex',
      'fail attribution_contradictory',
    ],
    ['nothing, and then an unknown model', 'Assisted-by:\n AI-Model: mystery-9', 'fail model_unknown'],
    ['another gated model than was approved', 'AI-Model: gpt-5.1-codex-max', 'fail grant_model'],
    [
      'another escalation',
      'AI-Model: gpt-5.3-codex\nAI-Escalation: esc_01JD0000000000000000000009#sha256:0123456789abcdef',
      'fail grant_escalation',
    ],
    [
      'an escalation without a digest',
      'AI-Model: gpt-5.3-codex\nAI-Escalation: esc_01JD0000000000000000000000',
      'fail grant_escalation',
    ],
  ])('reads a trailer that names %s', (_name, trailer, verdict) => {
    const open = /mini|Copilot/.test(trailer) ? { audit: { type: 'missing' } as const } : {}
    expect(on({ commits: [aCommit({ message: `x\n\n${trailer}` })], ...open })).toBe(verdict)
  })

  it('wants a declaration of every commit where the policy does, and else says what it cannot see', async () => {
    const strict = await policyWith({ requireDeclaration: true })
    expect(on(ordinary, strict)).toBe('fail declaration_missing')
    const declared = aCommit({ ...human, message: 'x\n\nAI-Model: none' })
    expect(on({ ...ordinary, commits: [declared] }, strict)).toBe('neutral')
    const { findings } = judge({ type: 'pull-request', pullRequest: aPullRequest(ordinary) }, policy)
    expect(findings.map(({ reason }) => reason)).toContain('unmarked use of a model cannot be seen from here')
  })

  it('takes the grant of an approver’s own key, whatever the labels', () => {
    const grant = aGrant({ event: 'file:escalation.md', key: approverKey })
    const audit = { type: 'verified', events: [aCall({ jti: grant.grant.jti })] } as const
    expect(on({ ...unlabelled, grants: [grant], audit })).toBe('pass')
    expect(on({ ...unlabelled, grants: [grant], audit, author: manager })).toBe('fail approval_self')
  })

  it('takes checks from the apps that the policy names, and else wants every app’s to be green', async () => {
    const byActions = await policyWith({ checkApps: [15368, 7] })
    const commits = [aCommit({ message: 'x\n\nAI-Model: gpt-5-mini' })]
    const open = { ...ordinary, commits, author: agent }
    const checks = [green('test'), green('skill-vetter')]
    const red = { ...green('test'), app: 99, conclusion: 'failure' }
    expect(on({ ...open, checks: [...checks, red] }, byActions)).toBe('pass')
    expect(on({ ...open, checks: [...checks, red] })).toBe('fail check_failed')
    expect(on({ ...open, checks: [...checks, { ...red, app: 7 }] }, byActions)).toBe('fail check_failed')
    for (const app of [99, undefined]) {
      const strange = checks.map((check) => ({ ...check, app }))
      expect(on({ ...open, checks: strange })).toBe('pass')
      expect(on({ ...open, checks: strange }, byActions)).toBe('fail check_missing')
    }
  })

  it('takes no escalation that was written for another repository', () => {
    expect(on({ repository: 'github.com/acme/other' })).toBe('fail grant_repository')
  })

  it('wants the maintainer to have reviewed this very head', () => {
    const change = aChange(aFile('.github/workflows/model-policy.yml'))
    const reviews = [approved(31, maintainer, oldHead), approved(32, reviewer)]
    expect(on({ change, reviews })).toBe('needs-maintainer protected_path')
  })

  it.each([
    ['a bot', agent],
    ['an outsider', outsider],
    ['the author', developer],
  ])('counts no review by %s', (_name, by) => {
    expect(on({ author: developer, reviews: [approved(1, by)] })).toBe('fail review_missing')
  })

  it.each([
    ['head', now - 1000, ['review_stale']],
    ['any', now - 1000, ['review_stale']],
    ['head', now + 1000, []],
    ['any', now + 1000, []],
  ] as const)(
    'with review: %s, counts none of before another base branch was given',
    async (review, at, codes) => {
      const reviews = [{ ...approved(31, reviewer), at }]
      const strict = await policyWith({ review })
      const pullRequest = aPullRequest({ reviews, retargetedAt: now })
      const { findings } = judge({ type: 'pull-request', pullRequest }, strict)
      expect(findings.flatMap(({ code = '' }) => (code.startsWith('review') ? code : []))).toEqual(codes)
    },
  )

  it.each(['Rev <3003+rev@users.noreply.github.com>', 'Rev <REV@users.noreply.github.com>'])(
    'counts no review by a co-author %s',
    (person) => {
      const message = `${aCommit().message}Co-authored-by: ${person}\n`
      expect(on({ commits: [aCommit({ message })] })).toBe('fail review_missing')
    },
  )

  it('wants a declaration on a commit with two parents that brings something of its own, and on no plain merge', async () => {
    const strict = await policyWith({ requireDeclaration: true })
    const person = { author: developer, committer: developer, message: 'Merge', parents: [oldHead, base] }
    const verdictOn = (commit: Partial<ReturnType<typeof aCommit>>) => {
      const commits = [aCommit({ ...person, ...commit })]
      const pullRequest = aPullRequest({ ...ordinary, commits })
      return judge({ type: 'pull-request', pullRequest }, strict).code
    }
    const byGitHub = { committer: { id: 19864447, login: 'web-flow', bot: false } }
    expect(verdictOn({ paths: ['src/pay.ts'] })).toBe('declaration_missing')
    expect(verdictOn({ paths: ['src/pay.ts'], ...byGitHub })).toBe('declaration_missing')
    const verification = { verified: true, reason: 'valid' }
    expect(verdictOn({ paths: ['src/pay.ts'], ...byGitHub, verification })).toBeUndefined()
    expect(verdictOn({ paths: [] })).toBeUndefined()
  })

  it('lets no maintainer settle for one base branch what goes into another', () => {
    const change = aChange(aFile('model-policy.yaml'))
    const reviews = [{ ...approved(31, maintainer), at: now - 1000 }]
    expect(on({ ...ordinary, change, reviews })).toBe('pass protected_path')
    expect(on({ ...ordinary, change, reviews, retargetedAt: now })).toBe('needs-maintainer protected_path')
  })

  it('lets a refusal of one reviewer win over the approval of another', () => {
    const refusal = { ...approved(33, developer), state: 'CHANGES_REQUESTED' } as const
    expect(on({ reviews: [refusal, approved(34, reviewer)] })).toBe('fail review_refused')
  })

  it('does not let a maintainer settle their own edit of the workflow', () => {
    const change = aChange(aFile('.github/workflows/model-policy.yml'))
    expect(on({ ...ordinary, author: maintainer, change, reviews: [approved(1, maintainer)] })).toBe(
      'needs-maintainer protected_path',
    )
  })
})
