import { spawn, spawnSync } from 'node:child_process'
import { appendFileSync, copyFileSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { generateLogKey, logKeyOf, type RotateLogResult } from '@policy/audit'
import { type AuditEvent, generateKeyPair, promptHash, thumbprint } from '@policy/core'
import { savePrivateKey, type TrustRoot, userFolders } from '@policy/local'
import { describe, expect, it, onTestFinished } from 'vitest'
import { openGuard } from '../src/index.ts'
import { type Person, type Scratch, setUpScratch, unpinLog } from './support/scratch.ts'

const origin = 'github.com/acme/app/model-audit'
const key = generateLogKey(origin)

interface Audited extends Scratch {
  projectManager: Person
  log: string
  keyFile: string
}

/** A repository with a log: an open call, a refused one. */
async function audited(): Promise<Audited> {
  const made = await setUpScratch()
  const { repository, projectManager } = made
  unpinLog(projectManager)
  const keyFile = join(repository, '..', 'log.skey')
  writeFileSync(keyFile, `${key.skey}\n`, { mode: 0o600 })
  {
    await using guard = await openGuard({
      cwd: repository,
      env: projectManager.env,
      agent: 'agent:bot',
      persona: 'developer',
    })
    const fetch = guard.wrapFetch(async () =>
      Response.json({ model: 'gpt-5-mini', usage: { input_tokens: 7, output_tokens: 2 } }),
    )
    for (const model of ['gpt-5-mini', 'gpt-5.3-codex']) {
      const answer = await fetch('https://api.openai.com/v1/responses', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ model, input: 'x' }),
      })
      await answer.text()
    }
  }
  return { ...made, log: join(repository, 'MODEL_AUDIT.log'), keyFile }
}

describe('audit', () => {
  it('seals, pins, verifies, and finds a changed line', async () => {
    const { projectManager, log, keyFile } = await audited()
    const own = ['--key', '../own.skey']
    expect(await projectManager.type('audit', 'seal', ...own)).toMatchObject({
      err: expect.stringContaining('key_missing'),
    })
    expect(await projectManager.type('audit', 'seal', ...own, '--new-key')).toMatchObject({ code: 0 })
    expect(await projectManager.type('audit', 'seal', ...own, '--new-key')).toMatchObject({ code: 1 })
    rmSync(`${log}.checkpoint`)
    rmSync(`${log}.sealer`)
    const sealed = await projectManager.type('audit', 'seal', '--key', keyFile)
    expect(sealed).toMatchObject({ code: 0, out: expect.stringContaining(`--log-key '${key.vkey}'`) })
    const unpinned = await projectManager.type('audit', 'verify')
    expect(unpinned).toMatchObject({ code: 1, err: expect.stringContaining('trust_missing') })
    expect(await projectManager.type('audit', 'verify', '--vkey', key.vkey)).toMatchObject({
      code: 0,
      out: expect.stringMatching(
        /Rollback is not checked[\s\S]*belong to one user[\s\S]*Verified: \d+ lines as sealed; none unsealed; none torn\.\n$/,
      ),
    })
    appendFileSync(log, '{"torn\n')
    expect(await projectManager.type('audit', 'verify', '--vkey', key.vkey)).toMatchObject({
      code: 0,
      out: expect.stringMatching(/Verified: .*1 line NOT sealed yet.*; 1 line torn\.\n$/),
    })
    copyFileSync(`${log}.checkpoint`, `${log}.kept`)
    writeFileSync(log, readFileSync(log, 'utf8').replace('call.refused', 'call.allowed'))
    const altered = await projectManager.type(
      'audit',
      'verify',
      '--vkey',
      key.vkey,
      '--at-least',
      `${log}.kept`,
      '--json',
    )
    expect(altered.code).toBe(4)
    const line =
      1 +
      readFileSync(log, 'utf8')
        .split('\n')
        .findIndex((text) => text.includes('call.allowed'))
    expect(JSON.parse(altered.out)).toMatchObject({ type: 'failed', faults: [{ code: 'log_altered', line }] })
  })

  it('rotates: both logs verify, the new one names the old one, and calls go on', async () => {
    const { projectManager, log, keyFile } = await audited()
    const lines = readFileSync(log, 'utf8').split('\n').length - 1
    const rotated = await projectManager.type('audit', 'rotate', '--key', keyFile, '--json')
    expect(rotated).toMatchObject({ code: 0 })
    const { archive, archived } = JSON.parse(rotated.out) as RotateLogResult
    expect(archived.size).toBe(lines)
    const verify = (...more: string[]) => projectManager.type('audit', 'verify', '--vkey', key.vkey, ...more)
    expect(await verify('--log', archive)).toMatchObject({ code: 0 })
    const named = new RegExp(`goes on from a log of ${lines} lines with the root`)
    expect(await verify()).toMatchObject({ code: 0, out: expect.stringMatching(named) })
    const checked = expect.stringMatching(/which was given, and is that[\s\S]*Verified: 1 line as sealed/)
    expect(await verify('--previous', archive)).toMatchObject({ code: 0, out: checked })
    expect(await verify('--previous', log)).toMatchObject({
      code: 4,
      out: expect.stringContaining('is not the log that this one goes on from'),
    })
    const again = await projectManager.type('audit', 'rotate', '--key', keyFile)
    expect(again.out).toMatch(/^Moved 1 sealed line to .*MODEL_AUDIT\.log\.\d+T.*goes on from it\./)
  })

  it('sums up a day, and says what is no day', async () => {
    const { projectManager } = await audited()
    const summary = await projectManager.type('audit', 'summary')
    expect(summary).toMatchObject({
      code: 0,
      out: expect.stringMatching(/developer +unspecified +gpt-5-mini +1 +7 +2/),
    })
    const json = await projectManager.type('audit', 'summary', '--json')
    expect(JSON.parse(json.out)).toMatchObject({
      counted: [{ persona: 'developer', calls: 1 }],
      gaps: [],
      unclosed: [],
    })
    expect(await projectManager.type('audit', 'summary', '--day', '2026-02-30')).toMatchObject({ code: 1 })
  })

  it('shows the newest entries', async () => {
    const { projectManager, log } = await audited()
    const lines = readFileSync(log, 'utf8').trimEnd().split('\n')
    expect((await projectManager.type('audit', 'tail', '--lines', '2', '--json')).out).toBe(
      `${lines.slice(-2).join('\n')}\n`,
    )
    expect((await projectManager.type('audit', 'tail')).out).toMatch(
      /call\.refused +agent:bot +developer +gpt-5\.3-codex +grant_required/,
    )
  })

  it('proves an entry and growth, which verify without the log', async () => {
    const { projectManager, repository, log, keyFile } = await audited()
    await projectManager.type('audit', 'seal', '--key', keyFile)
    const earlier = join(repository, 'earlier')
    copyFileSync(`${log}.checkpoint`, earlier)
    writeFileSync(log, `${readFileSync(log, 'utf8')}\n`)
    await projectManager.type('audit', 'seal', '--key', keyFile)
    for (const words of [
      ['--line', '2'],
      ['--since', earlier],
    ]) {
      const proof = await projectManager.type('audit', 'prove', ...words)
      expect(proof.code).toBe(0)
      const file = join(repository, 'proof.json')
      writeFileSync(file, proof.out)
      expect(await projectManager.type('audit', 'verify', '--proof', file, '--vkey', key.vkey)).toMatchObject(
        { code: 0 },
      )
      const stranger = generateLogKey(origin).vkey
      expect(await projectManager.type('audit', 'verify', '--proof', file, '--vkey', stranger)).toMatchObject(
        { code: 4 },
      )
    }
    expect(await projectManager.type('audit', 'prove')).toMatchObject({ code: 1 })
    expect(await projectManager.type('audit', 'prove', '--line', '99')).toMatchObject({ code: 4 })
  })

  it('seals and verifies with the key that is pinned', async () => {
    const { projectManager, repository } = await audited()
    const { privateJwk } = await generateKeyPair()
    const folder = join(userFolders(projectManager.env).config, 'keys')
    await savePrivateKey({ folder, workingTree: repository }, privateJwk, 'correct horse')
    const { vkey } = logKeyOf(origin, privateJwk)
    const shown = await projectManager.type('trust', 'show', '--json')
    const signers = (JSON.parse(shown.out) as TrustRoot).signers.map((signer) => [
      '--signer',
      thumbprint(signer),
    ])
    const pinned = await projectManager.type(
      'trust',
      ...signers.flat(),
      '--log-origin',
      origin,
      '--log-key',
      vkey,
    )
    expect(pinned).toMatchObject({ code: 0 })
    const sealed = await projectManager.type('audit', 'seal', '--json')
    expect(JSON.parse(sealed.out)).toMatchObject({ origin, size: 4, added: 4, vkey })
    expect(await projectManager.type('audit', 'verify')).toMatchObject({ code: 0 })
  })

  it('makes a key for the log of another machine, prints it as a line, and seals with it', async () => {
    const { projectManager, log } = await audited()
    const none = await projectManager.type('audit', 'key')
    expect(none).toMatchObject({ code: 1, err: expect.stringMatching(/key_missing[^]*audit key --new/) })
    const made = await projectManager.type('audit', 'key', '--new')
    expect(made).toMatchObject({
      code: 0,
      err: expect.stringContaining('.model-policy/log.vkey on the base'),
    })
    expect(made.out).toMatch(/^github\.com\/acme\/app\/model-audit\+[0-9a-f]{8}\+\S+\n$/)
    expect(await projectManager.type('audit', 'key')).toMatchObject({ code: 0, out: made.out })
    const again = await projectManager.type('audit', 'key', '--new')
    expect(again).toMatchObject({ code: 1, err: expect.stringContaining('this machine has a key') })
    expect(await projectManager.type('audit', 'seal')).toMatchObject({ code: 0 })
    expect(await projectManager.type('audit', 'verify')).toMatchObject({ code: 0 })
    const { vkey } = JSON.parse((await projectManager.type('audit', 'key', '--json')).out) as { vkey: string }
    expect(`${vkey}\n`).toBe(made.out)
    expect(readFileSync(`${log}.checkpoint`, 'utf8')).toContain(origin)
  })

  it('writes the evidence of an escalation, which verifies without the log', async () => {
    const { projectManager, repository, keyFile, person } = await audited()
    const agent = person('agent')
    const signer = (JSON.parse((await projectManager.type('trust', 'show', '--json')).out) as TrustRoot)
      .signers[0]
    await agent.type('trust', '--signer', signer ? thumbprint(signer) : '')
    const words =
      '--task ISSUE-12 --agent agent:bot --persona developer --model gpt-codex-5.3 --reason complexity --prompt-tokens 9'
    const asked = await agent.type(
      'escalate',
      ...words.split(' '),
      '--summary',
      'Split it',
      '--path',
      'src/**',
      '--json',
    )
    const { id } = JSON.parse(asked.out) as { id: string }
    expect(await projectManager.type('audit', 'evidence')).toMatchObject({ code: 4 })
    await projectManager.type('audit', 'seal', '--key', keyFile)
    for (const named of [[], [id]]) {
      const written = await projectManager.type('audit', 'evidence', ...named, '--json')
      const { file, entries } = JSON.parse(written.out) as { file: string; entries: number }
      expect(file).toBe(join(repository, '.model-policy/evidence', `${id}.json`))
      expect(entries).toBe(1)
      expect(await projectManager.type('audit', 'verify', '--proof', file, '--vkey', key.vkey)).toMatchObject(
        {
          code: 0,
          out: expect.stringContaining('escalation.requested'),
        },
      )
    }
    expect(await projectManager.type('audit', 'evidence', 'esc_nobody')).toMatchObject({ code: 1 })
  })

  it('follows what is appended', async () => {
    const { log, repository, projectManager } = await audited()
    const main = join(import.meta.dirname, '../src/main.ts')
    const argv = ['--conditions=@policy/source', main, 'audit', 'tail', '--lines', '1', '--follow']
    const child = spawn(process.execPath, argv, {
      cwd: repository,
      env: projectManager.env,
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    onTestFinished(() => void child.kill('SIGKILL'))
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
    expect((await lines.next()).value).toContain('usage.summary')
    writeFileSync(log, '{"torn\n', { flag: 'a' })
    expect((await lines.next()).value).toBe('(torn) {"torn')
    // Moved away: the old one is read to its end, and its successor from its start, however late it comes.
    renameSync(log, `${log}.1`)
    writeFileSync(`${log}.1`, 'late\n', { flag: 'a' })
    expect((await lines.next()).value).toBe('(torn) late')
    writeFileSync(log, 'first\n')
    expect((await lines.next()).value).toBe('(torn) first')
    writeFileSync(log, 'last\n', { flag: 'a' })
    renameSync(log, `${log}.2`)
    writeFileSync(log, 'next\n')
    expect((await lines.next()).value).toBe('(torn) last')
    expect((await lines.next()).value).toBe('(torn) next')
  })

  it('refuses a key that others could read, and a log without a repository', async () => {
    const { projectManager, keyFile, repository } = await audited()
    const open = join(repository, '..', 'open.skey')
    writeFileSync(open, key.skey, { mode: 0o644 })
    expect(await projectManager.type('audit', 'seal', '--key', open)).toMatchObject({
      err: expect.stringContaining('key_exposed'),
    })
    expect(await projectManager.type('audit', 'seal', '--key', `${keyFile}.none`)).toMatchObject({
      err: expect.stringContaining('key_missing'),
    })
    expect(await projectManager.type('audit', 'seal')).toMatchObject({
      err: expect.stringContaining('--new-key --key <file>'),
    })
  })
})

describe('record', () => {
  it('records a reported call, and asks for an approval where the model is not open', async () => {
    const { projectManager, repository, log } = await audited()
    const body = join(repository, 'body.json')
    writeFileSync(body, 'a planted secret')
    const words = ['--agent', 'agent:bot', '--path', 'src/**', '--rationale', 'why', '--body', body]
    const model = ['--model', 'gpt-codex-5.3']
    expect(await projectManager.type('record', ...model, ...words)).toMatchObject({
      code: 2,
      out: expect.stringContaining('--approval'),
    })
    expect(
      await projectManager.type('record', '--model', 'gpt-5-mini', ...words, '--input-tokens', 'x'),
    ).toMatchObject({ code: 1 })
    const approved = await projectManager.type(
      'record',
      ...model,
      ...words,
      '--approval',
      'https://example.com/1',
    )
    expect(approved).toMatchObject({ code: 0 })
    const text = readFileSync(log, 'utf8')
    expect(text).not.toContain('planted')
    const [started, finished] = text
      .trimEnd()
      .split('\n')
      .slice(-2)
      .map((line) => JSON.parse(line) as AuditEvent)
    expect(started?.data).toMatchObject({
      'model_policy.source': 'reported',
      'model_policy.model': 'gpt-5.3-codex',
      'model_policy.prompt_hash': promptHash(Buffer.from('a planted secret')),
      'model_policy.approval.uri': 'https://example.com/1',
    })
    expect(finished?.type).toBe('dev.modelpolicy.call.finished.v1')
    expect((await projectManager.type('record', '--model', 'gpt-5-mini', ...words)).code).toBe(0)
  })

  const python = ['python3', 'python'].find((command) => {
    const check = 'import sys; sys.exit(sys.version_info < (3, 9))'
    return spawnSync(command, ['-c', check], { stdio: 'ignore' }).status === 0
  })
  const why = python ? '' : ' (skipped: no Python 3.9 or later)'

  it.skipIf(!python)(`agrees with scripts/record_model_usage.py on what is gated${why}`, async () => {
    const { projectManager, repository, log } = await audited()
    const exported = join(repository, '..', 'policy.json')
    writeFileSync(exported, (await projectManager.type('policy', 'export')).out)
    const script = join(import.meta.dirname, '../../../scripts/record_model_usage.py')
    const metadata = {
      agent: 'agent:bot',
      repo: 'github.com/acme/app',
      path: ['src/**'],
      rationale: 'why',
      body: exported,
    }
    const before = readFileSync(log, 'utf8').split('\n').length
    for (const [model, code] of [
      ['gpt-5-mini', 0],
      ['gpt-5-mini-2026-02-05', 0],
      ['gpt-codex-5.3', 2],
      ['gpt-5.3-codex', 2],
      ['gpt-9', 2],
    ] as const) {
      const argv = [script, '--log', log, '--policy', exported, '--json']
      const reported = spawnSync(python ?? '', argv, { input: JSON.stringify({ model, ...metadata }) })
      expect([model, reported.status]).toEqual([model, code])
      const words = ['--agent', 'agent:bot', '--path', 'src/**', '--rationale', 'why', '--body', exported]
      expect([model, (await projectManager.type('record', '--model', model, ...words)).code]).toEqual([
        model,
        code,
      ])
    }
    const lines = readFileSync(log, 'utf8')
      .trimEnd()
      .split('\n')
      .slice(before - 1)
    const types = lines.map((line) => (JSON.parse(line) as AuditEvent).type)
    expect(types).toHaveLength(8)
  })
})
