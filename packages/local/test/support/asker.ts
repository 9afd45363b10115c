import type { Escalation } from '@policy/core'
import { fileApprovals } from '@policy/local'

// A process that asks: it says when it is ready, asks when it is told to, and tells what came of it.
const [file = '', grants = ''] = process.argv.slice(2)
const approvals = fileApprovals({ file, grants })
process.on('message', (escalation: Escalation) => {
  approvals
    .request(escalation)
    .then(
      () => 'asked',
      (error: { code?: string }) => error.code,
    )
    .then((told) => process.send?.(told))
})
process.send?.('ready')
