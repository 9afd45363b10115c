import { createRequire } from 'node:module'

// Payloads that GitHub has sent; scenarios change them by named edits.
const examples = createRequire(import.meta.url)('@octokit/webhooks-examples') as {
  name: string
  examples: Record<string, unknown>[]
}[]

type Sample = Record<string, unknown>

/** A webhook payload, by event and action. */
export function payload(event: string, action?: string): Sample {
  const found = examples
    .find(({ name }) => name === event)
    ?.examples.find((example) => action === undefined || example['action'] === action)
  if (found === undefined) throw new Error(`no sample of ${event} ${action ?? ''}`)
  return structuredClone(found)
}

const { sender } = payload('pull_request', 'labeled') as { sender: Sample }

/** A user as the API shows one. */
export function userSample({ id, login, bot }: { id: number; login: string; bot: boolean }): Sample {
  return { ...sender, id, login, type: bot ? 'Bot' : 'User' }
}
