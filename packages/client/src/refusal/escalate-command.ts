import { commandLine } from '@policy/core'
import type { EscalationDraft } from './refusal.ts'

/** The command that asks people for what a draft asks for, with as much as the draft says; the command asks for the rest. */
export function escalateCommand({ request, task, agent, persona }: EscalationDraft): string {
  const model = 'model' in request ? ['--model', request.model] : []
  const tools = 'model' in request ? (request.tools ?? []).flatMap((tool) => ['--tool', tool]) : []
  const known = Object.entries({ task, agent, persona }).flatMap(([name, value]) =>
    value === undefined ? [] : [`--${name}`, value],
  )
  return commandLine(['model-policy', 'escalate', ...model, ...tools, ...known])
}
