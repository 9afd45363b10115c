import { readTrailers } from './read-trailers.ts'

/** The models that a commit declares with `AI-Model`; `none`, in letters of any case, declares that no model took part. */
export function declaredModels(message: string): string[] {
  return readTrailers(message).flatMap(({ name, value }) => {
    if (name !== 'ai-model') return []
    return [value.toLowerCase() === 'none' ? 'none' : value]
  })
}

/** The escalations that a commit names with `AI-Escalation: <id>#sha256:<first 16 or more hexadecimal digits>`. */
export function namedEscalations(message: string): { id: string; digest: string }[] {
  return readTrailers(message).flatMap(({ name, value }) => {
    if (name !== 'ai-escalation') return []
    const [, id = value, digest = ''] = /^(esc_\w+)#(sha256:[0-9a-f]{16,64})$/.exec(value) ?? []
    return [{ id, digest }]
  })
}
