import type { Escalation } from './escalation.ts'

/** The front matter of an escalation: YAML 1.2 in one spelling, between two `---` lines. */
export function renderFrontMatter(escalation: Escalation): string {
  const { request, agentKey, measured, estimate } = escalation
  const asked =
    'model' in request
      ? { model: request.model, ...(request.tools && { tools: request.tools }) }
      : 'command' in request
        ? {
            command: request.command,
            ...(request.cwd && { cwd: request.cwd }),
            ...(request.environment && { environment: request.environment }),
          }
        : { write: request.write }
  // written out, so that the order of lines is this one whatever the order of the object's members
  const members: Record<keyof Escalation, unknown> = {
    escalation: escalation.escalation,
    id: escalation.id,
    task: escalation.task,
    agent: escalation.agent,
    agentKey: { kty: agentKey.kty, crv: agentKey.crv, x: agentKey.x },
    persona: escalation.persona,
    request: asked,
    repo: escalation.repo,
    ledger: escalation.ledger,
    base: escalation.base,
    reasons: escalation.reasons,
    summary: escalation.summary,
    measured: measured && {
      changedFiles: measured.changedFiles,
      changedLines: measured.changedLines,
      modules: measured.modules,
      sensitive: measured.sensitive,
    },
    paths: escalation.paths,
    estimate: { promptTokens: estimate.promptTokens, outputs: estimate.outputs },
    policy: escalation.policy,
  }
  const lines = Object.entries(members).map(([name, value]) => `${name}: ${inYaml(value)}`)
  return `---\n${lines.join('\n')}\n---\n`
}

/** A value as a YAML flow node; what is not plainly a word is written as JSON, which YAML 1.2 reads alike. */
function inYaml(value: unknown): string {
  if (typeof value === 'string') return isPlain(value) ? value : JSON.stringify(value)
  if (Array.isArray(value)) return `[${value.map(inYaml).join(', ')}]`
  if (typeof value === 'object' && value !== null) {
    return `{ ${Object.entries(value)
      .map(([name, member]) => `${name}: ${inYaml(member)}`)
      .join(', ')} }`
  }
  return String(value)
}

const isPlain = (text: string) =>
  /^[A-Za-z](?:[\w./@*+-]|:(?=\S)| (?=[\w./(]))*$/.test(text) &&
  !/^(?:true|false|null|yes|no|on|off|y|n)$/i.test(text)
