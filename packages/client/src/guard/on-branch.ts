import type { CallContext, Policy } from '@policy/core'

/** Tells which branch is checked out now; `undefined` where none is. */
export type ReadBranch = () => Promise<string | undefined>

/** Reads the branch only under a policy that has a rule about it: no other call waits for that. */
export function branchReader(policy: Policy, read: ReadBranch | undefined): ReadBranch | undefined {
  return policy.document.rules.some(({ when }) => when.branch !== undefined) ? read : undefined
}

/** The context with the branch as it is now: work moves to another while a guard lives. */
export async function onBranch(
  { branch: read }: { readonly branch: ReadBranch | undefined },
  context: CallContext,
): Promise<CallContext> {
  if (read === undefined) return context
  const { branch: _asSaid, ...others } = context
  const branch = await read()
  return branch === undefined ? others : { ...others, branch }
}
