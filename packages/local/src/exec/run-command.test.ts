import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { homedir, userInfo } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { scratchFolder } from '../../test/support/scratch-repository.ts'
import { findProgram, programFolders } from './find-program.ts'
import { runCommand, type RunCommandOptions } from './run-command.ts'

const run = (argv: readonly string[], options: Partial<RunCommandOptions> = {}) =>
  runCommand(argv, { cwd: scratchFolder(), timeout: 20_000, outputLimit: 100_000, ...options })

const node = (script: string) => [process.execPath, '--eval', script]

const onOutput = () => {
  throw new Error('nobody listens')
}

function endIfThere(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}

describe('runCommand', () => {
  it.each<[string, string, Partial<RunCommandOptions>, (pid: number) => boolean]>([
    ['in time', 'it took longer than 300 ms', { timeout: 300 }, () => true],
    ['in output', 'it wrote more than 1 bytes', { outputLimit: 1 }, () => true],
    ['but for what it started', 'it took longer than 300 ms', { timeout: 300 }, (pid) => pid > 0],
  ])('waits past no limit, %s, for what runs as another user', async (_name, reason, limit, isAnothers) => {
    const tried = new Set<number>()
    const spied = vi.spyOn(process, 'kill').mockImplementation((pid) => {
      tried.add(pid)
      if (isAnothers(pid)) throw Object.assign(new Error('kill EPERM'), { code: 'EPERM' })
      return true
    })
    const ended = await run(node("console.log('started'); setInterval(() => {}, 1000)"), limit)
    spied.mockRestore()
    for (const pid of tried) endIfThere(pid)
    expect(ended).toEqual({
      type: 'stopped',
      program: process.execPath,
      reason: `${reason}, and it could not be ended: kill EPERM`,
    })
  })

  it('hands every argument on as it is', async () => {
    const args = [
      'a b',
      '$(id)',
      '`id`',
      '; id',
      '&& id',
      '| id',
      '> x',
      '*',
      '~',
      '"',
      "'",
      '\\',
      '',
      '-e',
      'é',
    ]
    const ended = await run([
      ...node('process.stdout.write(JSON.stringify(process.argv.slice(1)))'),
      '--',
      ...args,
    ])
    expect(ended).toMatchObject({ type: 'ended', code: 0, stdout: JSON.stringify(args), stderr: '' })
  })

  it('tells the exit code, or the signal', async () => {
    expect(await run(node('process.exit(7)'))).toMatchObject({ type: 'ended', code: 7, signal: null })
    expect(await run(node("process.kill(process.pid, 'SIGTERM')"))).toMatchObject({
      code: null,
      signal: 'SIGTERM',
    })
  })

  it('hands on few variables, those named, and the home of the machine\u2019s record', async () => {
    const env = { ...process.env, HOME: '/evil', NODE_OPTIONS: '--bad', SECRET: 's', WANTED: 'w', LANG: 'C' }
    const ended = await run(node('process.stdout.write(JSON.stringify(process.env))'), {
      env,
      environment: ['WANTED', 'ABSENT'],
    })
    const seen = JSON.parse(ended.type === 'ended' ? ended.stdout : '{}') as Record<string, string>
    expect(seen).toMatchObject({ HOME: userInfo().homedir, WANTED: 'w', LANG: 'C' })
    expect(Object.keys(seen)).not.toEqual(expect.arrayContaining(['SECRET']))
    expect(seen['NODE_OPTIONS']).toBe(undefined)
    expect(seen['ABSENT']).toBe(undefined)
  })

  it('ends the program and what it started when the time is over', async () => {
    const cwd = scratchFolder()
    const grandchild = `setInterval(() => require('fs').appendFileSync('alive', '.'), 20)`
    const child = `require('child_process').spawn(process.execPath, ['--eval', ${JSON.stringify(grandchild)}], { stdio: 'inherit' }); setInterval(() => {}, 1000)`
    const ended = await run(node(child), { cwd, timeout: 1500 })
    expect(ended).toMatchObject({ type: 'stopped', reason: expect.stringContaining('1500 ms') })
    const size = existsSync(join(cwd, 'alive')) ? readFileSync(join(cwd, 'alive')).length : 0
    await run(node('setTimeout(() => {}, 200)'))
    expect(existsSync(join(cwd, 'alive')) ? readFileSync(join(cwd, 'alive')).length : 0).toBe(size)
  })

  it('ends what a program leaves behind', async () => {
    const left = `require('child_process').spawn(process.execPath, ['--eval', 'setInterval(() => {}, 1000)'], { stdio: 'inherit' }).unref(); console.log('done'); process.exit(0)`
    expect(await run(node(left))).toMatchObject({ type: 'ended', code: 0, stdout: 'done\n' })
  })

  it.skipIf(process.platform === 'win32')(
    'does not wait past the time for what has left the group (not on Windows, which has no sessions)',
    async () => {
      const left = `require('child_process').spawn(process.execPath, ['--eval', 'setTimeout(() => {}, 20000)'], { detached: true, stdio: 'inherit' }).unref()`
      expect(await run(node(left), { timeout: 1500 })).toMatchObject({ type: 'stopped' })
    },
  )

  it('says so where the system does not take the arguments, or nobody the output', async () => {
    expect(await run([...node(''), 'x'.repeat(4_000_000)])).toMatchObject({ type: 'not-started' })
    expect(await run(node("console.log('x'); setInterval(() => {}, 1000)"), { onOutput })).toMatchObject({
      type: 'stopped',
      reason: expect.stringContaining('nobody listens'),
    })
  })

  it('ends a program that writes without end', async () => {
    const ended = await run(node("setInterval(() => process.stdout.write('x'.repeat(60000)), 1)"))
    expect(ended).toMatchObject({ type: 'stopped', reason: expect.stringContaining('100000 bytes') })
  })

  it('is called off', async () => {
    const controller = new AbortController()
    const ended = run(node("console.log('up'); setInterval(() => {}, 1000)"), {
      signal: controller.signal,
      onOutput: () => controller.abort(),
    })
    expect(await ended).toMatchObject({ type: 'stopped', reason: expect.stringContaining('called off') })
    expect(await run(node(''), { signal: controller.signal })).toMatchObject({ type: 'not-started' })
  })

  it.each([
    ['a program that is not there', ['no-such-program-here']],
    ['a folder', ['/']],
    ['no name', ['']],
    ['nothing', []],
    ['an argument with NUL', [process.execPath, 'a\0b']],
  ])('starts nothing for %s', async (_name, argv) => {
    expect(await run(argv)).toMatchObject({ type: 'not-started' })
  })
})

describe('findProgram', () => {
  it('looks a bare name up only where an agent could not have put it', () => {
    const top = scratchFolder()
    mkdirSync(join(top, 'bin'))
    writeFileSync(join(top, 'bin/git'), '#!/bin/sh\n')
    chmodSync(join(top, 'bin/git'), 0o755)
    const PATH = ['bin', '.', '', join(top, 'bin'), '/usr/bin', '/bin'].join(':')
    const folders = programFolders({ PATH }, top)
    expect(folders.every((folder) => ['/usr/bin', '/bin'].includes(folder))).toBe(true)
    const find = (name: string, cwd: string) => findProgram(name, { cwd, folders, workingTree: top })
    expect(find('git', join(top, 'bin'))).not.toContain(top)
    expect(find('./bin/git', top)).toBe(join(top, 'bin/git'))
  })

  // Scratch folders lie where anybody may write, and so may these.
  const own = [import.meta.dirname, homedir()].find(
    (at) => programFolders({ PATH: at }, undefined).length > 0,
  )
  const why =
    own === undefined ? ' (not run: anybody may write above this folder and above the home folder)' : ''
  it.skipIf(own === undefined)(`passes over a link that leads into the working tree${why}`, () => {
    const folder = mkdtempSync(join(own ?? '', '.model-policy-test-'))
    onTestFinished(() => rmSync(folder, { recursive: true }))
    const [top, bin] = [join(folder, 'tree'), join(folder, 'bin')]
    for (const made of [top, bin]) mkdirSync(made)
    writeFileSync(join(top, 'tool'), '#!/bin/sh\n')
    chmodSync(join(top, 'tool'), 0o755)
    symlinkSync(join(top, 'tool'), join(bin, 'tool'))
    const find = (workingTree: string | undefined) =>
      findProgram('tool', { cwd: top, folders: [bin], workingTree })
    expect(find(top)).toBe(undefined)
    expect(find(undefined)).toBe(join(bin, 'tool'))
  })

  it('passes over folders that anybody can write to', () => {
    const open = scratchFolder()
    chmodSync(open, 0o777)
    expect(programFolders({ PATH: open }, undefined)).toEqual([])
  })
})
