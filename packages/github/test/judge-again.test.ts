import { execFileSync } from 'node:child_process'
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { parse } from 'yaml'
import { mintWorkflowText } from '../src/workflow/mint-workflow-text.ts'

interface Job {
  needs?: string
  environment?: string
  permissions: object
  steps: { uses?: string; run?: string; env?: Record<string, string> }[]
}
const text = mintWorkflowText({ label: 'ok', install: 'npm ci', program: 'model-policy' })
const { jobs } = parse(text) as { jobs: Record<string, Job> }
const again = jobs['judge-again']
const script = again?.steps[0]?.run ?? ''

const pull = 'api repos/acme/app/pulls/12 --jq .head.sha'
const runs =
  'api repos/acme/app/actions/workflows/model-policy.yml/runs?head_sha=abc&per_page=1 --jq .workflow_runs[0].id // empty'
const status = 'api repos/acme/app/actions/runs/7 --jq .status'
const conclusion = 'api repos/acme/app/actions/runs/7 --jq .conclusion'
const rerun = 'api --method POST repos/acme/app/actions/runs/7/rerun'

/** Run the step as a runner does, with a `gh` that gives each answer once, and fails where it has none. */
function start(answers: readonly (readonly [asked: string, answer: string])[]) {
  const folder = mkdtempSync(join(tmpdir(), 'model-policy-judge-again-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const [asked, left] = [join(folder, 'asked'), join(folder, 'left')]
  writeFileSync(asked, '')
  writeFileSync(left, JSON.stringify(answers))
  const gh = `#!${process.execPath}
const fs = require('node:fs')
const words = process.argv.slice(2).join(' ')
const answers = JSON.parse(fs.readFileSync(${JSON.stringify(left)}, 'utf8'))
const at = answers.findIndex(([asked]) => asked === words)
fs.appendFileSync(${JSON.stringify(asked)}, words + '\\n')
if (at < 0 || process.env.GH_HOST !== 'github.example.com') process.exit(1)
const [[, answer]] = answers.splice(at, 1)
fs.writeFileSync(${JSON.stringify(left)}, JSON.stringify(answers))
if (answer) console.log(answer)
`
  for (const [name, program] of [
    ['gh', gh],
    ['sleep', '#!/bin/sh\n'],
  ] as const) {
    writeFileSync(join(folder, name), program)
    chmodSync(join(folder, name), 0o755)
  }
  const env = {
    PATH: `${folder}${delimiter}${process.env['PATH']}`,
    GITHUB_REPOSITORY: 'acme/app',
    GITHUB_SERVER_URL: 'https://github.example.com',
    NUMBER: '12',
  }
  let code = 0
  try {
    execFileSync('bash', ['-e', '-c', script], { env, stdio: 'pipe' })
  } catch (error) {
    code = (error as { status: number }).status
  }
  return { code, asked: readFileSync(asked, 'utf8').trim().split('\n') }
}

it('holds no key, checks nothing out, and may nothing but start runs again', () => {
  expect(again).toMatchObject({ needs: 'mint', permissions: { actions: 'write', 'pull-requests': 'read' } })
  expect(again?.environment).toBeUndefined()
  expect(again?.steps).toHaveLength(1)
  expect(again?.steps[0]?.uses).toBeUndefined()
  expect(JSON.stringify(again)).not.toContain('secrets')
  expect(JSON.stringify(jobs['mint']?.permissions)).not.toContain('actions')
})

it.each<[string, readonly (readonly [string, string])[], number, string[]]>([
  [
    'starts a run again that ended badly, once it has ended',
    [
      [pull, 'abc'],
      [runs, '7'],
      [status, 'in_progress'],
      [status, 'completed'],
      [conclusion, 'failure'],
      [rerun, ''],
    ],
    0,
    [pull, runs, status, status, conclusion, rerun],
  ],
  [
    'leaves a run alone that ended well',
    [
      [pull, 'abc'],
      [runs, '7'],
      [status, 'completed'],
      [conclusion, 'success'],
    ],
    0,
    [pull, runs, status, conclusion],
  ],
  [
    'has nothing to do where nothing has judged the head',
    [
      [pull, 'abc'],
      [runs, ''],
    ],
    0,
    [pull, runs],
  ],
  ['fails where the head cannot be had', [], 1, [pull]],
  ['fails where the runs cannot be had', [[pull, 'abc']], 1, [pull, runs]],
  [
    'fails where the run is not started again',
    [
      [pull, 'abc'],
      [runs, '7'],
      [status, 'completed'],
      [conclusion, 'cancelled'],
    ],
    1,
    [pull, runs, status, conclusion, rerun],
  ],
  [
    'does not wait for ever where the run cannot be looked at',
    [
      [pull, 'abc'],
      [runs, '7'],
    ],
    1,
    [pull, runs, status, conclusion],
  ],
])('%s', (_name, answers, code, asked) => expect(start(answers)).toEqual({ code, asked }))
