/** The state of a paused run of `@openai/agents`, as far as approvals go. */
export interface ApprovalState<Asked extends AskedApproval> {
  getInterruptions(): Asked[]
  approve(asked: Asked): void
  reject(asked: Asked, options: { message: string }): void
}

/** What such a run asks approval for. */
export interface AskedApproval {
  /** The tool's name, with its namespace where it has one. */
  readonly name?: string | undefined
  /** The model's arguments, as JSON. */
  readonly arguments?: string | undefined
  readonly rawItem: { type: string }
}

/** Tools of `guard.tool` by the name that the agent knows them by. */
export type ToolsUnderGuard = Readonly<
  Record<string, { check(input: unknown): Promise<{ message: string } | undefined> }>
>

/**
 * Answer every approval that a run of `@openai/agents` waits for: yes where a grant at hand covers exactly what the tool would do, else no
 * with the reason, which the model is told. Run the agent again with the same state afterwards.
 *
 * A yes spends nothing and outlives no call: the tool's `execute` has to be the same guarded tool, which spends the grant as it runs.
 * What is no function call, or of a tool that is not in `tools`, gets a no.
 *
 * @throws what the ledger and the log throw: what they cannot say is neither a yes nor a no.
 *
 * @example
 * let result = await run(agent, 'Publish it.')
 * while (result.interruptions.length > 0) {
 *   await resolveApprovals(result.state, { publish })
 *   result = await run(agent, result.state)
 * }
 */
export async function resolveApprovals<Asked extends AskedApproval>(
  state: ApprovalState<Asked>,
  tools: ToolsUnderGuard,
): Promise<void> {
  for (const asked of state.getInterruptions()) {
    const refusal = await refusalOf(asked, tools)
    if (refusal === undefined) state.approve(asked)
    else state.reject(asked, { message: refusal })
  }
}

async function refusalOf(asked: AskedApproval, tools: ToolsUnderGuard): Promise<string | undefined> {
  const { name = '', arguments: text = '', rawItem } = asked
  const tool = Object.hasOwn(tools, name) ? tools[name] : undefined
  if (tool === undefined || rawItem.type !== 'function_call') {
    return `the tool ${name} did not run: it is not under guard, so nothing can authorize it`
  }
  const input = parsed(text)
  if (input === undefined) return `the tool ${name} did not run: its arguments are no JSON`
  return (await tool.check(input.value))?.message
}

function parsed(text: string): { value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) }
  } catch {
    return undefined
  }
}
