import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Office, openOffice, passphrase } from './office.ts'

export const facts = ['--task', 'ISSUE-12', '--agent', 'agent:bot', '--persona', 'developer']
export const about = ['--summary', 'Split the session store', '--prompt-tokens', '1000']
export const escalate = ['escalate', '--model', 'gpt-codex-5.3', ...facts, ...about]
/** What a person types to approve. */
export const yes = ['approve', passphrase]

/** An office in which one sensitive file has changed and `agent:bot` has asked for Codex. */
export async function askedOffice(): Promise<Office> {
  const office = await openOffice()
  office.write('src/auth/session.ts', 'export const session = 2\n')
  const typed = await office.manager.type(escalate)
  if (typed.code !== 0) throw new Error(typed.err)
  return office
}

/** The entries of the audit log. */
export const entries = (office: Office) =>
  office
    .read('MODEL_AUDIT.log')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { type: string; subject?: string; data: Record<string, unknown> })

/** Change a text wherever it stands in `escalation.md`, front matter and prose alike. */
export function edit({ repository }: Office, from: string, to: string): void {
  const file = join(repository, 'escalation.md')
  writeFileSync(file, readFileSync(file, 'utf8').replaceAll(from, to))
}
