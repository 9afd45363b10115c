/** An agent that leaves its identity on commits. */
export interface KnownAgent {
  tool: string
  /** Account numbers of its apps and bots on github.com. */
  ids: readonly number[]
  /** Addresses that it signs commits with. */
  addresses: readonly string[]
  /** Names that it signs commits with, lower case. */
  names: readonly string[]
}

/**
 * Agents by the identities seen on public commits. An agent that runs several models says nothing of which one ran; `Codex` names
 * its family.
 */
const knownAgents: readonly KnownAgent[] = [
  {
    tool: 'Codex',
    ids: [199175422, 215057067],
    addresses: ['noreply@openai.com', 'codex@openai.com'],
    names: ['codex', 'openai codex', 'chatgpt codex'],
  },
  {
    tool: 'Copilot',
    ids: [198982749, 175728472, 223556219],
    addresses: [],
    names: ['copilot', 'github copilot'],
  },
  {
    tool: 'Claude',
    ids: [209825114, 215619710, 208546643],
    addresses: ['noreply@anthropic.com'],
    names: ['claude', 'claude code'],
  },
  { tool: 'Cursor', ids: [206951365], addresses: ['cursoragent@cursor.com'], names: ['cursor agent'] },
  { tool: 'Devin', ids: [158243242], addresses: [], names: [] },
  { tool: 'Gemini', ids: [176961590], addresses: [], names: [] },
  { tool: 'Jules', ids: [161369871], addresses: [], names: [] },
  { tool: 'Amazon Q', ids: [208079219], addresses: [], names: [] },
]

/** The agent whose account number this is. */
export function agentOfAccount(id: number): KnownAgent | undefined {
  return knownAgents.find(({ ids }) => ids.includes(id))
}

/** The agent that a `Name <address>` pair is of. */
export function agentOfSignature(name: string, address: string): KnownAgent | undefined {
  const given = name.trim().toLowerCase()
  return agentOfAddress(address) ?? knownAgents.find(({ names }) => names.includes(given))
}

/** The agent that signs commits with an address, whatever name stands before it. */
export function agentOfAddress(address: string): KnownAgent | undefined {
  const mail = address.trim().toLowerCase()
  return knownAgents.find(
    ({ ids, addresses }) => addresses.includes(mail) || ids.some((id) => mail.startsWith(`${id}+`)),
  )
}

/** The agent whose name, such as `Codex` in `Codex CLI`, stands in a person's name: people have such names too. */
export function agentNamedIn(name: string): KnownAgent | undefined {
  const words = wordsOf(name)
  return knownAgents.find(({ tool }) => words.includes(wordsOf(tool)))
}

/** The words of a text, each between two spaces. */
const wordsOf = (text: string) => ` ${(text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []).join(' ')} `
