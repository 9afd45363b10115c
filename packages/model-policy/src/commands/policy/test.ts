import { exitCode } from '../../command-line/exit-code.ts'
import type { CommandDefinition } from '../../command-line/command-definition.ts'

/** `policy test`: whether a policy decides a file of cases as its author expects. */
export const test: CommandDefinition = (program, host, finish) => {
  program
    .command('test')
    .description('run cases against a policy file, signed or not; exit 1 when one fails')
    .argument('[cases]', "the cases (default: the repository's model-policy.test.yaml)")
    .option('--policy <file>', "the policy (default: the repository's model-policy.yaml)")
    .option('--json', 'print the result as JSON')
    .action(
      finish(async (named: string | undefined, options: { policy?: string; json?: boolean }) => {
        const [{ parsePolicy, parsePolicyCases, testPolicy }, { candidateFile }, { policyTestText }] =
          await Promise.all([
            import('@policy/core'),
            import('../../candidate/candidate-file.ts'),
            import('../../candidate/policy-test-text.ts'),
          ])
        const [policyFile, casesFile] = await Promise.all([
          candidateFile(host, options.policy, 'model-policy.yaml'),
          candidateFile(host, named, 'model-policy.test.yaml'),
        ])
        const policy = await parsePolicy(policyFile.text, { file: policyFile.name })
        const report = testPolicy(policy, await parsePolicyCases(casesFile.text, { file: casesFile.name }))
        host.out(options.json ? `${JSON.stringify(report)}\n` : policyTestText(report))
        const failed = report.results.some(({ differences }) => differences.length > 0)
        return failed ? exitCode.fault : exitCode.ok
      }),
    )
}
