import type { CommandDefinition } from '../command-line/command-definition.ts'
import { exitCode } from '../command-line/exit-code.ts'

interface TrailerOptions {
  model: string
  tool?: string
  escalation?: string
}

/** `trailer`: the lines that mark a commit as made by a model, or by none. */
export const trailer: CommandDefinition = (program, host, finish) => {
  program
    .command('trailer')
    .description('print the trailers for a commit: git commit --trailer, or paste them')
    .requiredOption('--model <id>', 'the model that made it, or none')
    .option('--tool <name>', 'the tool that ran the model, such as Codex')
    .option('--escalation <file>', 'the escalation it ran under, such as escalation.md')
    .action(
      finish(async ({ model, tool, escalation }: TrailerOptions) => {
        const [{ renderTrailers }, { parseEscalation, PolicyError }, { readText }, { resolve }] =
          await Promise.all([
            import('@policy/github'),
            import('@policy/core'),
            import('@policy/local'),
            import('node:path'),
          ])
        const text = escalation === undefined ? undefined : await readText(resolve(host.cwd, escalation))
        if (escalation !== undefined && text === undefined) {
          throw new PolicyError('escalation_missing', `there is no ${escalation}`, {
            place: { file: escalation },
          })
        }
        const asked = text === undefined ? undefined : await parseEscalation(text)
        host.out(
          renderTrailers({
            model,
            ...(tool === undefined ? {} : { tool }),
            ...(asked === undefined ? {} : { escalation: { id: asked.escalation.id, digest: asked.digest } }),
          }),
        )
        return exitCode.ok
      }),
    )
}
