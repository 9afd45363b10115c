import { type AskedCall, contextOf, withCallOptions } from '../call/asked-call.ts'
import { exitCodeOfDecision } from '../command-line/exit-code.ts'
import type { CommandDefinition } from '../command-line/command-definition.ts'

/** `check`: whether a call would be allowed, as the guard would decide it; nothing is sent or spent. */
export const check: CommandDefinition = (program, host, finish) => {
  withCallOptions(program.command('check'))
    .description('say whether a call would be allowed (exit 0), needs a person (2) or is denied (3)')
    .action(
      finish(async (asked: AskedCall) => {
        const [{ openWorkspace }, { checkCall }, { decisionText }] = await Promise.all([
          import('../workspace/open-workspace.ts'),
          import('../call/check-call.ts'),
          import('../call/decision-text.ts'),
        ])
        const workspace = await openWorkspace(host)
        const decision = await checkCall(workspace, {
          model: asked.model,
          context: await contextOf(workspace, asked),
          passphrase: host.env['MODEL_POLICY_PASSPHRASE'] ?? '',
          clock: host.clock,
          env: host.env,
        })
        host.out(asked.json ? `${JSON.stringify(decision)}\n` : decisionText(asked.model, decision))
        return exitCodeOfDecision(decision)
      }),
    )
}
