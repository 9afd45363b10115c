import { type Policy, PolicyError } from '@policy/core'

/**
 * The protected branches that a policy calls by their exact name, each as the remote has it before as this clone has it. Without a policy
 * the branch is `main`.
 */
export function protectedRefs(policy: Policy | undefined): string[] {
  const protectedBranches = policy?.document.merge.protectedBranches ?? ['main']
  const branches = protectedBranches.filter((branch) => !/[*?[{]/.test(branch))
  return branches.flatMap((branch) => [`refs/remotes/origin/${branch}`, `refs/heads/${branch}`])
}

/** Where work usually starts: a protected branch by its exact name, else HEAD. */
export const usualBases = (policy: Policy | undefined): string[] => [...protectedRefs(policy), 'HEAD']

/**
 * What `work` gives for the first base that this clone knows.
 *
 * @throws `history_incomplete` when it knows none.
 */
export async function fromFirstBase<Result>(
  bases: readonly string[],
  work: (base: string) => Promise<Result>,
): Promise<Result> {
  for (const base of bases) {
    try {
      return await work(base)
    } catch (error) {
      const another = PolicyError.is(error) && error.code === 'history_incomplete' && base !== bases.at(-1)
      if (!another) throw error
    }
  }
  throw new PolicyError('history_incomplete', 'there is no commit to measure against', {
    remedy: 'make a first commit',
  })
}
