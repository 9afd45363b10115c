// An agent's process on its first use: when it is told to, it opens its key, and tells the public half.
import { openAgentKey } from '../../src/workspace/open-agent-key.ts'
import { openWorkspace } from '../../src/workspace/open-workspace.ts'

const workspace = await openWorkspace()
process.on('message', (agent: string) => {
  openAgentKey(workspace, agent, '')
    .then(
      ({ publicJwk }) => publicJwk.x,
      (error: unknown) => String(error),
    )
    .then((told) => process.send?.(told))
})
process.send?.('ready')
