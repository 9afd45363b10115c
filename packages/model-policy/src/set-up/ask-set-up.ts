import { basename } from 'node:path'
import { PolicyError } from '@policy/core'
import type { Repository } from '@policy/local'
import { ask, askYesNo } from '../command-line/ask.ts'
import type { Host } from '../command-line/host.ts'
import { defaultBranch } from '../workspace/default-branch.ts'
import { otherRemote } from './other-remote.ts'
import { planSetUp, type SetUpPlan } from './plan-set-up.ts'
import type { Standing } from './read-standing.ts'

/** What a person says on the command line; what they leave out is asked for, or taken as usual. */
export interface InitAnswers {
  repository?: string
  person?: string
  approver: readonly string[]
  workflow?: boolean
  replace?: boolean
  yes?: boolean
}

/** What the repository is called, who sets it up, and what that comes to. */
export interface AskedSetUp {
  repositoryId: string
  /** Who signs and may approve; empty where no keys are to be made. */
  person: string
  plan: SetUpPlan
}

/**
 * Ask what is not said yet, as little as there is to ask, and plan what it comes to.
 *
 * @throws `usage` where an answer without a usual one is missing and nobody can be asked; what `planSetUp` throws.
 */
export async function askSetUp(
  host: Host,
  repository: Repository,
  standing: Standing,
  answers: InitAnswers,
): Promise<AskedSetUp> {
  const asked = answers.yes === true ? { ...host, terminal: undefined } : host
  const repositoryId = standing.trust?.repository ?? (await nameOf(asked, repository, answers))
  const person = standing.identity === 'present' ? '' : await personOf(asked, answers)
  const branch = await defaultBranch(host, repository)
  const people = [person, ...answers.approver]
  const planOf = (workflow: boolean, replace: boolean) =>
    planSetUp({ top: repository.top, standing, people, branch, workflow, replace })

  const replace = answers.replace === true
  const withWorkflow = await planOf(answers.workflow !== false, replace)
  const without = await planOf(false, false)
  const brings = withWorkflow.files.slice(without.files.length).some(({ type }) => type !== 'keep')
  if (answers.workflow === false) return { repositoryId, person, plan: without }
  const onGitHub = /^(?:[^/]*\.)?github\./.test(repositoryId)
  const away = `${repositoryId} is not on GitHub, where the workflow would run`
  if (answers.workflow === undefined && brings) {
    const question = `Write the workflow that judges pull requests, and a section for their template?${onGitHub ? '' : ` ${away}.`}`
    if (!(await askYesNo(asked, question, onGitHub))) {
      const missing =
        asked.terminal === undefined
          ? [`no workflow, because ${away}: --workflow writes it all the same`]
          : []
      return { repositoryId, person, plan: { ...without, missing: [...without.missing, ...missing] } }
    }
  }
  const differs = withWorkflow.files.find(
    (file) => file.type === 'keep' && file.because?.includes('--replace'),
  )
  if (
    differs &&
    asked.terminal &&
    (await askYesNo(asked, `Replace ${differs.path}? It differs from what init writes.`, false))
  ) {
    return { repositoryId, person, plan: await planOf(true, true) }
  }
  return { repositoryId, person, plan: withWorkflow }
}

async function nameOf(host: Host, repository: Repository, answers: InitAnswers): Promise<string> {
  const known = answers.repository ?? repository.remoteId
  if (known !== undefined) return known
  const other = await otherRemote(host, repository)
  const usual = other?.id ?? `local/${basename(repository.top).replaceAll(/[^\w.-]/g, '-')}`
  if (answers.yes) return usual
  const isOther = other === undefined ? '' : `; ${other.name} is ${other.id}`
  const question = `No origin remote names this repository${isOther}. What is it called (Enter for ${usual})? `
  if (host.terminal !== undefined) return (await host.terminal.line(question)).trim() || usual
  throw new PolicyError('usage', 'this repository has no origin remote that names it', {
    remedy: `say what it is called: model-policy init --repository ${usual}`,
  })
}

async function personOf(host: Host, { person }: InitAnswers): Promise<string> {
  if (person !== undefined) return person
  const question = 'Who are you, such as github:1234567 (`gh api user --jq .id` tells your number)? '
  return ask(host, question, '--person, such as --person github:1234567')
}
