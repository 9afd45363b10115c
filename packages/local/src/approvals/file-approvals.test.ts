import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  appendApproval,
  type Approval,
  type Escalation,
  escalationDigest,
  generateKeyPair,
  type GrantClaims,
  grantId,
  renderEscalation,
  signGrant,
} from '@policy/core'
import { describe, expect, it } from 'vitest'
import { scratchFolder } from '../../test/support/scratch-repository.ts'
import { fileApprovals } from './file-approvals.ts'
import { saveGrant } from './grant-files.ts'

const pair = await generateKeyPair()
/** When the grants are issued, in milliseconds; they last 100 s. */
const issuedAt = 1_790_000_000_000
const day = 24 * 60 * 60_000

const anEscalation = (changes: Partial<Escalation> = {}): Escalation => ({
  escalation: 1,
  id: 'esc_01JD0000000000000000000000',
  task: 'ISSUE-12',
  agent: 'agent:refactor-bot',
  agentKey: pair.publicJwk,
  persona: 'developer',
  request: { model: 'gpt-5.3-codex' },
  repo: 'github.com/acme/app',
  ledger: 'led_01JD0000000000000000000000',
  base: 'a'.repeat(40),
  reasons: ['complexity'],
  summary: 'Split the session store',
  measured: null,
  paths: ['src/**'],
  estimate: { promptTokens: 1000, outputs: [] },
  policy: `sha256:${'b'.repeat(64)}`,
  ...changes,
})

/** A grant that answers an escalation; who may sign it is not asked here. */
async function grantOf(text: string): Promise<{ token: string; jti: string }> {
  const digest = escalationDigest(text)
  const jti = grantId('github.com/acme/app', 'model_call', { escalation: digest, event: 'e' })
  const claims: GrantClaims = {
    iss: 'github.com/acme/app',
    aud: 'model-policy:led_01JD0000000000000000000000',
    sub: 'github:1234567',
    jti,
    iat: 1_790_000_000,
    nbf: 1_790_000_000,
    exp: 1_790_000_100,
    act: { sub: 'agent:refactor-bot' },
    cnf: { jkt: pair.kid },
    authorization_details: [
      {
        type: 'model_call',
        models: ['gpt-5.3-codex'],
        locations: ['github.com/acme/app'],
        task: 'ISSUE-12',
        personas: ['developer'],
        paths: ['src/**'],
        max_calls: 25,
      },
    ],
    approval: {
      basis: 'approval',
      uri: 'file:escalation.md',
      event: 'e',
      escalation: digest,
      policy: `sha256:${'b'.repeat(64)}`,
      base: 'a'.repeat(40),
    },
  }
  return { token: await signGrant(claims, pair.privateJwk), jti }
}

async function answerOf(text: string, decision: Approval['decision']): Promise<Approval> {
  const { token } = await grantOf(text)
  const answer = {
    by: 'github:1234567',
    at: '2026-11-22T12:00:00Z',
    escalation: escalationDigest(text),
    token,
  }
  return decision === 'approved' ? { ...answer, decision } : { ...answer, decision, reason: 'no' }
}

function somewhere() {
  const folder = scratchFolder()
  const place = { file: join(folder, 'escalation.md'), grants: join(folder, 'state', 'grants') }
  return { ...place, approvals: fileApprovals(place), text: () => readFileSync(place.file, 'utf8') }
}

describe('fileApprovals', () => {
  it('writes the escalation, and finds the answer once it is there', async () => {
    const { approvals, file, text } = somewhere()
    const digest = await approvals.request(anEscalation())
    expect(await approvals.find(digest)).toBeUndefined()
    const answer = await answerOf(text(), 'approved')
    writeFileSync(file, appendApproval(text(), answer))
    expect(await approvals.find(digest)).toEqual(answer)
    expect(await approvals.grants()).toEqual([answer.token])
  })

  it('gives a decline, which grants nothing', async () => {
    const { approvals, file, text } = somewhere()
    const digest = await approvals.request(anEscalation())
    const answer = await answerOf(text(), 'declined')
    writeFileSync(file, appendApproval(text(), answer))
    expect(await approvals.find(digest)).toEqual(answer)
    expect(await approvals.grants()).toEqual([])
  })

  it('finds the request of an agent that starts again, under its first id and with its answer', async () => {
    const { approvals, file, text } = somewhere()
    const digest = await approvals.request(anEscalation())
    writeFileSync(file, appendApproval(text(), await answerOf(text(), 'approved')))
    const again = await approvals.request(anEscalation({ id: 'esc_01JD0000000000000000000001' }))
    expect(again).toBe(digest)
    expect(await approvals.find(again)).toMatchObject({ decision: 'approved' })
  })

  it('puts the same request before people anew once its grant permits nothing any more, but not when it was declined', async () => {
    const { file, grants, text } = somewhere()
    let counts = true
    const approvals = fileApprovals({ file, grants, stillCounts: async () => counts })
    const again = anEscalation({ id: 'esc_01JD0000000000000000000001' })
    const digest = await approvals.request(anEscalation())
    writeFileSync(file, appendApproval(text(), await answerOf(text(), 'approved')))
    expect(await approvals.request(again)).toBe(digest)
    counts = false
    const renewed = await approvals.request(again)
    expect(renewed).not.toBe(digest)
    expect(await approvals.find(renewed)).toBeUndefined()
    writeFileSync(file, appendApproval(text(), await answerOf(text(), 'declined')))
    expect(await approvals.request(anEscalation())).toBe(renewed)
  })

  it('lets an agent renew its own request, and no other take its place', async () => {
    const { approvals, text } = somewhere()
    await approvals.request(anEscalation())
    await approvals.request(anEscalation({ summary: 'Split it further' }))
    expect(text()).toContain('Split it further')
    for (const other of [{ task: 'ISSUE-13' }, { agent: 'agent:other' }, { request: { write: 'db' } }]) {
      await expect(approvals.request(anEscalation(other))).rejects.toMatchObject({
        code: 'escalation_pending',
      })
    }
    expect(text()).toContain('Split it further')
  })

  it('keeps a grant when another request takes its file', async () => {
    const { approvals, file, text } = somewhere()
    const digest = await approvals.request(anEscalation())
    const answer = await answerOf(text(), 'approved')
    writeFileSync(file, appendApproval(text(), answer))
    await approvals.request(anEscalation({ task: 'ISSUE-13' }))
    expect(await approvals.grants()).toEqual([answer.token])
    expect(await approvals.find(digest)).toMatchObject({
      decision: 'approved',
      by: answer.by,
      token: answer.token,
    })
  })

  it('finds a grant that came another way', async () => {
    const { approvals, grants, text } = somewhere()
    const digest = await approvals.request(anEscalation())
    const { token, jti } = await grantOf(text())
    await saveGrant(grants, { jti, token, now: issuedAt })
    expect(await approvals.find(digest)).toMatchObject({ decision: 'approved', token })
    expect(await approvals.grants()).toEqual([token])
  })

  it('waits for another grant where the one that came permits nothing any more, under the same request', async () => {
    const { file, grants, text } = somewhere()
    const approvals = fileApprovals({ file, grants, stillCounts: async () => false })
    const digest = await approvals.request(anEscalation())
    const { token, jti } = await grantOf(text())
    await saveGrant(grants, { jti, token, now: issuedAt })
    expect(await approvals.request(anEscalation({ id: 'esc_01JD0000000000000000000001' }))).toBe(digest)
    expect(await approvals.find(digest)).toBeUndefined()
  })

  it('lets another request take the place of one that was answered another way', async () => {
    const { approvals, grants, text } = somewhere()
    await approvals.request(anEscalation())
    const { token, jti } = await grantOf(text())
    await expect(approvals.request(anEscalation({ task: 'ISSUE-13' }))).rejects.toThrow(/nobody has answered/)
    await saveGrant(grants, { jti, token, now: issuedAt })
    await approvals.request(anEscalation({ task: 'ISSUE-13' }))
    expect(text()).toContain('ISSUE-13')
  })

  it.each<[string, (text: string, answer: Approval) => string]>([
    ['half of an answer is written', (text) => `${text}\n## Approval\n\nApprov`],
    [
      'a signed answer is half there',
      (text, answer) => appendApproval(text, answer).replace(/eyJ[^]*$/, 'eyJ'),
    ],
    ['its text is half there', (text) => text.slice(0, 300)],
    [
      'its answer is to another text',
      (text, answer) => appendApproval(text, answer).replaceAll('src/**', '**'),
    ],
  ])('has no answer while %s, and tells what is wrong to whoever waited', async (_name, written) => {
    const { approvals, file, text } = somewhere()
    const digest = await approvals.request(anEscalation())
    const whole = text()
    const answer = await answerOf(whole, 'approved')
    writeFileSync(file, written(whole, answer))
    expect(await approvals.find(digest)).toBeUndefined()
    expect(await approvals.grants()).toEqual([])
    const { tokens, failure } = await approvals.fetchGrants()
    expect(tokens).toEqual([])
    expect(failure).toMatch(/^.*escalation.* \(line \d+\)$/)
    await expect(approvals.request(anEscalation())).rejects.toMatchObject({
      code: expect.stringMatching(/^escalation_(?:malformed|altered)$/),
    })
    writeFileSync(file, appendApproval(whole, answer))
    expect(await approvals.find(digest)).toEqual(answer)
    expect(await approvals.fetchGrants()).toEqual({ tokens: [] })
  })

  it('finds a grant that came another way also while the file cannot be read', async () => {
    const { approvals, file, grants, text } = somewhere()
    const digest = await approvals.request(anEscalation())
    const { token, jti } = await grantOf(text())
    await saveGrant(grants, { jti, token, now: issuedAt })
    writeFileSync(file, '---\n')
    expect(await approvals.find(digest)).toMatchObject({ decision: 'approved', token })
  })

  it('says so when the file itself cannot be read', async () => {
    const { approvals, file } = somewhere()
    mkdirSync(file)
    const unreadable = { code: 'file_unreadable' }
    await expect(approvals.find(`sha256:${'a'.repeat(64)}`)).rejects.toMatchObject(unreadable)
    await expect(approvals.grants()).rejects.toMatchObject(unreadable)
    expect(await approvals.fetchGrants()).toMatchObject({
      failure: expect.stringContaining('cannot be read'),
    })
  })

  it('keeps a verified grant, whatever a file says under its id', async () => {
    const { approvals, file, grants, text } = somewhere()
    await approvals.request(anEscalation())
    const answer = await answerOf(text(), 'approved')
    const { token, jti } = await grantOf(text())
    await saveGrant(grants, { jti, token, now: issuedAt })
    const forged = `${token.slice(0, -86)}${'A'.repeat(86)}`
    writeFileSync(file, appendApproval(text(), { ...answer, token: forged }))
    await approvals.request(anEscalation({ task: 'ISSUE-13' }))
    expect(await approvals.grants()).toEqual([token])
  })

  it('reads no grant that expired more than a day ago, and still knows what it answered', async () => {
    const { approvals, grants, text } = somewhere()
    const digest = await approvals.request(anEscalation())
    const old = await grantOf(text())
    await saveGrant(grants, { ...old, now: issuedAt })
    const other = await grantOf(renderEscalation(anEscalation({ task: 'ISSUE-14' })))
    const kept = [old.token, other.token].toSorted()
    await saveGrant(grants, { ...other, now: issuedAt + 100_000 + day })
    expect((await approvals.grants()).toSorted()).toEqual(kept)

    await saveGrant(grants, { ...old, now: issuedAt + 100_001 + day })
    expect(await approvals.grants()).toEqual([])
    expect(readdirSync(grants).filter((name) => name.endsWith('.jwt'))).toEqual([])
    expect(await approvals.find(digest)).toBeUndefined()
    // it was answered, so another request may take its place, as before
    await approvals.request(anEscalation({ task: 'ISSUE-13' }))
    expect(text()).toContain('ISSUE-13')
  })

  it('leaves alone what is no grant', async () => {
    const { approvals, grants, text } = somewhere()
    await approvals.request(anEscalation())
    writeFileSync(join(grants, 'x.jwt'), 'no token\n')
    const { token, jti } = await grantOf(text())
    await saveGrant(grants, { jti, token, now: issuedAt })
    expect((await approvals.grants()).toSorted()).toEqual([token, 'no token'].toSorted())
  })
})
