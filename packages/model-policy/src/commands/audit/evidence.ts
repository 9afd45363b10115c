import { exitCode } from '../../command-line/exit-code.ts'
import type { CommandDefinition } from '../../command-line/command-definition.ts'
import { withLogOptions } from './options.ts'

interface EvidenceOptions {
  log?: string
  out?: string
  json?: boolean
}

/** `audit evidence`: every sealed entry of one escalation with its proof, as a file that a pull request carries. */
export const evidence: CommandDefinition = (program, host, finish) => {
  withLogOptions(program.command('evidence'))
    .description('write the sealed entries of an escalation, with their proofs, for a pull request to carry')
    .argument('[escalation]', 'its id or its digest (default: that of escalation.md)')
    .option('--out <file>', 'where to write it (default: .model-policy/evidence/<escalation id>.json)')
    .action(
      finish(async (escalation: string | undefined, options: EvidenceOptions) => {
        const [{ countOf }, { writeEvidence }] = await Promise.all([
          import('@policy/core'),
          import('../../audit/write-evidence.ts'),
        ])
        const { file, evidence } = await writeEvidence(host, escalation, options)
        host.out(
          options.json
            ? `${JSON.stringify({ file, escalation: evidence.escalation, entries: evidence.entries.length })}\n`
            : `Wrote ${file}: ${countOf(evidence.entries.length, 'entry', 'entries')} of ${evidence.escalation}, under seal.\n`,
        )
        return exitCode.ok
      }),
    )
}
