import { PolicyError } from '@policy/core'
import { type ExitCode, exitCode } from '../../command-line/exit-code.ts'
import type { Host } from '../../command-line/host.ts'
import type { CommandDefinition } from '../../command-line/command-definition.ts'

/** `policy validate`: whether a policy file can be used, and everything that is wrong with it. */
export const validate: CommandDefinition = (program, host, finish) => {
  program
    .command('validate')
    .description(
      'say everything that is wrong with a policy file, signed or not, and what it leaves nobody a way to',
    )
    .argument('[file]', "the policy (default: the repository's model-policy.yaml)")
    .option('--json', 'print the result as JSON')
    .action(
      finish(async (named: string | undefined, options: { json?: boolean }) => {
        const [{ countOf, parsePolicy, policyWarnings }, { candidateFile }, { warningText }] =
          await Promise.all([
            import('@policy/core'),
            import('../../candidate/candidate-file.ts'),
            import('../../candidate/warning-text.ts'),
          ])
        const { name, text } = await candidateFile(host, named, 'model-policy.yaml')
        try {
          const { document, digest } = await parsePolicy(text, { file: name })
          const warnings = await policyWarnings(text, { file: name })
          const counts = {
            modelClasses: Object.keys(document.models.classes).length,
            taskClasses: Object.keys(document.taskClasses).length,
            rules: document.rules.length,
          }
          const { modelClasses, taskClasses, rules } = counts
          host.out(
            options.json
              ? `${JSON.stringify({ valid: true, digest, ...counts, warnings })}\n`
              : `${name} is valid: ${countOf(modelClasses, 'model class', 'model classes')}, ${countOf(taskClasses, 'task class', 'task classes')}, ${countOf(rules, 'rule')}\n${digest}\n${warnings.map(warningText).join('')}`,
          )
          return exitCode.ok
        } catch (error) {
          if (options.json && PolicyError.is(error) && error.code === 'policy_invalid')
            return refuse(host, error)
          throw error
        }
      }),
    )
}

/** Every problem as data, for editors and CI annotations. */
function refuse(host: Host, error: PolicyError): ExitCode {
  const each = error.cause instanceof AggregateError ? error.cause.errors.filter(PolicyError.is) : [error]
  const problems = each.map(({ message, place, remedy }) => ({ message, place, remedy }))
  host.out(`${JSON.stringify({ valid: false, problems })}\n`)
  return exitCode.fault
}
