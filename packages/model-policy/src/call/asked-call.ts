import type { CallContext } from '@policy/core'
import type { Command } from 'commander'
import type { Workspace } from '../workspace/open-workspace.ts'

/** A call as the options of a command describe it. */
export interface AskedCall {
  model: string
  agent?: string
  persona?: string
  task?: string
  taskClass?: string
  base?: string
  head?: string
  json?: boolean
}

/** Give a command the options that describe a call. */
export function withCallOptions(command: Command): Command {
  return command
    .requiredOption('--model <id>', 'the model, such as gpt-5-mini')
    .option('--agent <id>', 'who would call, such as agent:refactor-bot')
    .option('--persona <name>', 'the role it acts in, such as developer')
    .option('--task <id>', 'the piece of work, such as ISSUE-12')
    .option('--task-class <name>', 'the kind of work, such as triage')
    .option('--base <revision>', 'measure the work against this (default: the protected branch)')
    .option('--head <revision>', 'measure the work up to this commit (default: the working tree)')
    .option('--json', 'print the result as JSON')
}

/** What is known of the call: what the options say, and the work as measured. */
export async function contextOf(workspace: Workspace, asked: Omit<AskedCall, 'model'>): Promise<CallContext> {
  const { measureWork } = await import('../workspace/measure-work.ts')
  const { agent, persona, task, taskClass, base, head } = asked
  const { measured } = await measureWork(workspace, {
    ...(base === undefined ? {} : { base }),
    ...(head === undefined ? {} : { head }),
  })
  const { branch } = workspace.repository
  return {
    repo: workspace.repositoryId,
    paths: measured.paths,
    change: measured,
    ...(branch === undefined ? {} : { branch }),
    ...(agent === undefined ? {} : { agent }),
    ...(persona === undefined ? {} : { persona }),
    ...(task === undefined ? {} : { task }),
    ...(taskClass === undefined ? {} : { taskClass }),
  }
}
