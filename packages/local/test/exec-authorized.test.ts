import { chmodSync, existsSync, mkdirSync, rmdirSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import type { AuditLog, PolicyErrorCode } from '@policy/core'
import { describe, expect, it, vi } from 'vitest'
import type { ExecAuthorizedOptions } from '../src/index.ts'
import { authorizedCommands } from './support/authorized-command.ts'

/** Leaves a file behind wherever it runs, and says what it was given. */
const script =
  "require('fs').appendFileSync('ran', 'x'); process.stdout.write(process.argv.slice(1).join('|'))"
const command = [process.execPath, '--eval', script, 'one', 'two']

describe('execAuthorized', () => {
  it('runs what was authorized once, and records it before and after', async () => {
    const { top, attempt, authorization, records } = await authorizedCommands()
    const token = await authorization({ command })
    expect(await attempt(command, [token])).toMatchObject({ type: 'ended', code: 0, stdout: 'one|two' })
    expect(existsSync(join(top, 'ran'))).toBe(true)
    expect(await attempt(command, [token])).toMatchObject({ type: 'refused', code: 'grant_spent' })
    expect(records.map(({ kind }) => kind)).toEqual(['tool.authorized', 'tool.authorized', 'tool.refused'])
    const [before, after, again] = records.map(({ data }) => data as Record<string, unknown>)
    expect(after).toMatchObject({
      ...before,
      'gen_ai.tool.name': process.execPath,
      'model_policy.outcome': 'complete',
      'process.exit.code': 0,
      'process.executable.path': process.execPath,
    })
    expect(before?.['model_policy.outcome']).toBe(undefined)
    expect(again).toMatchObject({
      'model_policy.code': 'grant_spent',
      'model_policy.act': before?.['model_policy.act'],
    })
  })

  it('runs what was decided about, whatever becomes of the lists and the folder meanwhile', async () => {
    const { top, attempt, authorization } = await authorizedCommands()
    const argv = [...command]
    const token = await authorization({ command })
    const ran = attempt(argv, [token])
    argv[4] = 'EVIL'
    expect(await ran).toMatchObject({ stdout: 'one|two' })

    mkdirSync(join(top, 'inside'))
    const inside = { command, cwd: 'inside' }
    const elsewhere = await authorization(inside)
    const swapped = attempt(command, [elsewhere], { cwd: join(top, 'inside') })
    rmdirSync(join(top, 'inside'))
    symlinkSync('/', join(top, 'inside'))
    expect(await swapped).toMatchObject({ type: 'not-started' })
  })

  const [program, ...rest] = command
  it.each<[string, readonly string[]]>([
    ['fewer arguments', command.slice(0, -1)],
    ['one argument more', [...command, '--force']],
    ['arguments in another order', [process.execPath, '--eval', script, 'two', 'one']],
    ['a changed argument', [process.execPath, '--eval', `${script} `, 'one', 'two']],
    ['all in one string', [command.join(' ')]],
    ['another command behind ;', [...command, ';', 'id']],
    ['a substitution', [...command.slice(0, -1), '$(echo two)']],
    ['a quoted argument', [...command.slice(0, -1), "'two'"]],
    ['sh -c', ['sh', '-c', command.join(' ')]],
    ['env before it', ['env', ...command]],
    ['env that sets a variable', ['env', 'NODE_OPTIONS=--require=./evil.js', ...command]],
    ['npx before it', ['npx', ...command]],
    ['sudo before it', ['sudo', ...command]],
    ['xargs before it', ['xargs', ...command]],
    ['an option before the arguments', [process.execPath, '--require', './evil.js', ...rest]],
    ['another way to the same program', [`/${process.execPath}`, ...rest]],
    ['a way with dots', [join(process.execPath, '..', '.').concat('/./', 'node'), ...rest]],
    ['a bare name for the path', ['node', ...rest]],
    ['a letter of another script', [...command.slice(0, -2), '\u043Ene', 'two']],
    ['a wide letter', [...command.slice(0, -2), '\uFF4Fne', 'two']],
    ['an unseen letter', [...command.slice(0, -2), 'one\u200B', 'two']],
    ['a line end', [...command.slice(0, -1), 'two\n']],
    ['another case', [...command.slice(0, -1), 'TWO']],
    ['a NUL that would cut it', [...command.slice(0, -1), 'two\0--force']],
    ['an empty argument', [...command, '']],
    ['nothing', []],
    ['only the program', [program ?? '']],
  ])('runs nothing for %s, and spends nothing', async (_name, argv) => {
    const { top, attempt, authorization, records } = await authorizedCommands()
    const token = await authorization({ command })
    expect(await attempt(argv, [token])).toMatchObject({ type: 'refused' })
    expect(existsSync(join(top, 'ran'))).toBe(false)
    expect(records).toMatchObject([{ kind: 'tool.refused' }])
    expect(await attempt(command, [token])).toMatchObject({ type: 'ended', code: 0 })
  })

  it.each<
    [
      string,
      (made: Awaited<ReturnType<typeof authorizedCommands>>) => Partial<ExecAuthorizedOptions>,
      PolicyErrorCode,
    ]
  >([
    ['another agent', ({ context }) => ({ context: { ...context, agent: 'agent:other' } }), 'grant_agent'],
    ['another key', ({ context }) => ({ context: { ...context, agentKey: 'other' } }), 'grant_agent_key'],
    ['another persona', ({ context }) => ({ context: { ...context, persona: 'designer' } }), 'grant_persona'],
    ['another task', ({ context }) => ({ context: { ...context, task: 'ISSUE-13' } }), 'grant_task'],
    [
      'another repository',
      ({ context }) => ({ context: { ...context, repo: 'github.com/acme/b' } }),
      'grant_repository',
    ],
    ['another folder', () => ({ cwd: 'packages/app' }), 'grant_command'],
    ['a variable', () => ({ environment: ['TOKEN'] }), 'grant_command'],
    ['a variable that loads code', () => ({ environment: ['NODE_OPTIONS'] }), 'authorization_denied'],
  ])('is no authorization for %s', async (_name, changes, code) => {
    const made = await authorizedCommands()
    const token = await made.authorization({ command })
    expect(await made.attempt(command, [token], changes(made))).toMatchObject({ type: 'refused', code })
    expect(existsSync(join(made.top, 'ran'))).toBe(false)
  })

  it('takes no authorization that is expired, forged, revoked or for something else', async () => {
    const { top, attempt, authorization, ledger } = await authorizedCommands()
    const hour = 3_600_000
    const expired = await authorization({ command }, {}, Date.now() - 9 * hour)
    expect(await attempt(command, [expired])).toMatchObject({ code: 'grant_expired' })
    const good = await authorization({ command })
    const forged = `${good.slice(0, -8)}AAAAAAAA`
    expect(await attempt(command, [forged])).toMatchObject({ type: 'refused' })
    expect(await attempt(command, ['not a token'])).toMatchObject({ code: 'authorization_missing' })
    expect(await attempt(command, [])).toMatchObject({ code: 'authorization_missing' })
    const other = await authorization({ command: [...command, 'three'] })
    expect(await attempt(command, [other])).toMatchObject({ code: 'grant_command' })
    await ledger.revoke({ issuedBefore: Math.floor(Date.now() / 1000) + 60 })
    expect(await attempt(command, [good])).toMatchObject({ code: 'grant_revoked' })
    expect(existsSync(join(top, 'ran'))).toBe(false)
  })

  it('is run by nobody where the policy denies it', async () => {
    const { attempt, authorization } = await authorizedCommands({ shell: 'deny' })
    const token = await authorization({ command })
    expect(await attempt(command, [token])).toMatchObject({ code: 'authorization_denied' })
  })

  it('runs in the folder and with the variables that were authorized', async () => {
    const { top, attempt, authorization, write } = await authorizedCommands()
    const argv = [process.execPath, '--print', 'process.env.TOKEN + process.env.OTHER + process.cwd()']
    write({ 'packages/app/b/c': '' })
    symlinkSync(join(top, 'packages/app/b'), join(top, 'link'))
    const env = { ...process.env, TOKEN: 't', OTHER: 'o' }
    const given = { cwd: 'packages/app', environment: ['TOKEN'], env }
    const token = await authorization({ command: argv, cwd: 'packages/app', environment: ['TOKEN'] })
    expect(await attempt(argv, [token], { ...given, cwd: 'link' })).toMatchObject({ code: 'grant_command' })
    expect(await attempt(argv, [token], { ...given, cwd: 'packages' })).toMatchObject({
      code: 'grant_command',
    })
    expect(await attempt(argv, [token], { env })).toMatchObject({ code: 'grant_command' })
    await expect(attempt(argv, [token], { ...given, cwd: '..' })).rejects.toMatchObject({ code: 'usage' })
    const ended = await attempt(argv, [token], given)
    expect(ended).toMatchObject({ stdout: `tundefined${join(top, 'packages/app')}\n` })
  })

  it('runs the machine\u2019s program of a bare name, whatever lies in the tree or in the way', async () => {
    const { top, attempt, authorization, write } = await authorizedCommands()
    write({ git: '#!/bin/sh\ntouch ran\n', 'bin/git': '#!/bin/sh\ntouch ran\n' })
    for (const path of ['git', 'bin/git']) chmodSync(join(top, path), 0o755)
    const argv = ['git', '--version']
    const env = {
      ...process.env,
      PATH: ['.', join(top, 'bin'), top, '/usr/bin', '/bin'].join(':'),
      GIT_EXEC_PATH: top,
    }
    const ended = await attempt(argv, [await authorization({ command: argv })], { env })
    expect(ended).toMatchObject({ type: 'ended', code: 0, stdout: expect.stringMatching(/^git version/) })
    expect(existsSync(join(top, 'ran'))).toBe(false)
  })

  it('starts nothing when the log does not take the entry', async () => {
    const { top, attempt, authorization } = await authorizedCommands()
    const audit = {
      record: () => Promise.reject(new Error('disk full')),
      flush: async () => undefined,
      close: async () => undefined,
    }
    await expect(attempt(command, [await authorization({ command })], { audit })).rejects.toThrow('disk full')
    expect(existsSync(join(top, 'ran'))).toBe(false)
  })

  it.each([
    ['ran', command, `${process.execPath} ran (complete, exit code 0)`],
    ['did not start', ['no-such-program-here'], 'no-such-program-here did not start'],
  ])('says that a command %s, when the log does not take its end', async (_name, argv, said) => {
    const { attempt, authorization } = await authorizedCommands()
    const audit = {
      record: vi
        .fn<AuditLog['record']>()
        .mockResolvedValueOnce()
        .mockRejectedValueOnce(new Error('disk full')),
      flush: async () => undefined,
      close: async () => undefined,
    }
    await expect(attempt(argv, [await authorization({ command: argv })], { audit })).rejects.toMatchObject({
      code: 'audit_incomplete',
      message: `${said}, and the log did not take that: disk full`,
    })
  })

  it('says what became of a command that could not be started or was ended', async () => {
    const { attempt, authorization, records } = await authorizedCommands()
    const absent = ['no-such-program-here']
    expect(await attempt(absent, [await authorization({ command: absent })])).toMatchObject({
      type: 'not-started',
    })
    const slow = [process.execPath, '--eval', 'setInterval(() => {}, 1000)']
    const token = await authorization({ command: slow })
    expect(await attempt(slow, [token], { timeout: 300 })).toMatchObject({ type: 'stopped' })
    expect(records.map(({ data }) => (data as Record<string, unknown>)['model_policy.outcome'])).toEqual([
      undefined,
      'not-started',
      undefined,
      'stopped',
    ])
  })
})
