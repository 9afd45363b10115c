import { type AskedCall, contextOf, withCallOptions } from '../call/asked-call.ts'
import { exitCodeOfDecision } from '../command-line/exit-code.ts'
import type { CommandDefinition } from '../command-line/command-definition.ts'

/** `explain`: what every rule had to say to a call, and what would change the answer. */
export const explain: CommandDefinition = (program, host, finish) => {
  withCallOptions(program.command('explain'))
    .description('like check, with what every rule saw and what would change it')
    .action(
      finish(async (asked: AskedCall) => {
        const [
          { explainDecision, sha256Digest },
          { openWorkspace },
          { checkCall },
          { decisionText, findingText },
        ] = await Promise.all([
          import('@policy/core'),
          import('../workspace/open-workspace.ts'),
          import('../call/check-call.ts'),
          import('../call/decision-text.ts'),
        ])
        const workspace = await openWorkspace(host)
        const context = await contextOf(workspace, asked)
        const decision = await checkCall(workspace, {
          model: asked.model,
          context,
          passphrase: host.env['MODEL_POLICY_PASSPHRASE'] ?? '',
          clock: host.clock,
          env: host.env,
        })
        const grant = decision.type === 'allow' ? decision.grant : undefined
        const { findings } = explainDecision(
          workspace.policy,
          {
            models: [asked.model],
            endpoint: '/responses',
            bodyDigest: sha256Digest(''),
            tools: [],
            bodyBytes: 0,
          },
          { ...context, ...(grant === undefined ? {} : { agentKey: grant.cnf.jkt }) },
          { now: host.clock(), grant },
        )
        if (asked.json) host.out(`${JSON.stringify({ decision, findings })}\n`)
        else host.out(decisionText(asked.model, decision) + findings.map(findingText).join(''))
        return exitCodeOfDecision(decision)
      }),
    )
}
