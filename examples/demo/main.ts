import { mkdirSync, mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { createNarrator } from './narrator.ts'
import { projectSource, repositorySource } from './source.ts'
import { approve, escalate } from './steps/approval.ts'
import { ordinaryWork, refusedWork } from './steps/calls.ts'
import { record } from './steps/record.ts'
import { attacks } from './steps/refusals.ts'
import { openWorkshop, setUp } from './workshop.ts'

const usage = `The main job, end to end, on this machine alone.

  --repo PATH   measure a change of this repository (it is cloned, never written to) ...
  --base REV    ... from where it and --head part ...
  --head REV    ... to here (default: HEAD); a change that crosses no threshold of the default policy
                fails one expectation, so that the demo ends with 1
  --folder DIR  where everything is left (default: a new temporary folder)
`

async function main(): Promise<number> {
  const { values } = parseArgs({
    // pnpm hands the separator on
    args: process.argv.slice(2).filter((word) => word !== '--'),
    options: {
      repo: { type: 'string' },
      base: { type: 'string' },
      head: { type: 'string', default: 'HEAD' },
      folder: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  })
  const { repo, base, head, folder: chosen } = values
  if (values.help || (repo === undefined) !== (base === undefined)) {
    console.log(usage)
    return values.help ? 0 : 1
  }
  const folder = chosen === undefined ? mkdtempSync(join(tmpdir(), 'model-policy-demo-')) : resolve(chosen)
  mkdirSync(folder, { recursive: true })
  const source =
    repo === undefined || base === undefined ? projectSource : repositorySource(resolve(repo), base, head)
  const narrator = createNarrator((line) => console.log(line))

  narrator.step('An OpenAI-compatible server on loopback, which counts what reaches it')
  await using workshop = await openWorkshop(narrator, folder, source)
  narrator.show('server', workshop.server.url)

  narrator.step('A repository with a signed policy; a project manager and an agent with homes of their own')
  await setUp(workshop)
  {
    await using guard = await workshop.openGuard()

    narrator.step('A triage task with the cheap model')
    await ordinaryWork(workshop, guard)

    narrator.step('The same client asks for the dear model')
    const refusal = await refusedWork(workshop, guard)

    narrator.step('The change is measured, and the escalation written')
    const request = await escalate(workshop, guard, refusal)

    narrator.step('The project manager approves, and the same call goes through')
    const approval = await approve(workshop, guard, request)

    narrator.step('What must not work: spent, forged, expired, borrowed, and a policy of the agent’s own')
    await attacks(workshop, guard, approval)
  }
  narrator.step('The record: counted, sealed, verified, tampered with')
  await record(workshop)

  console.log(
    `\nLeft in ${folder}: repository/ with model-policy.yaml, escalation.md, MODEL_AUDIT.log and its checkpoint.`,
  )
  console.log(`${narrator.expectations - narrator.failures} of ${narrator.expectations} expectations held.`)
  return narrator.failures === 0 ? 0 : 1
}

process.exitCode = await main().catch((error: unknown) => {
  // A step that could not go on: everything opened so far has been let go of on the way here.
  console.log(`\n   FAIL         ${error instanceof Error ? error.message : String(error)}`)
  return 1
})
