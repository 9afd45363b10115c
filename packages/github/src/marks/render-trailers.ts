import { type Digest, PolicyError } from '@policy/core'

/** What the trailers of one model-made commit say. */
export interface RenderTrailersOptions {
  /** The provider's id, such as `gpt-5.3-codex`; `none` declares that no model took part. */
  model: string
  /** The tool that ran it, such as `Codex`. */
  tool?: string
  /** The escalation that it ran under. */
  escalation?: { id: string; digest: Digest }
}

/**
 * The trailers that mark a commit, one a line. `Signed-off-by` is never among them: a person adds that.
 *
 * @throws `usage` when a value would not be read back as it is, or when `none` is said beside a tool or an escalation.
 */
export function renderTrailers({ model, tool, escalation }: RenderTrailersOptions): string {
  const none = model.toLowerCase() === 'none'
  if (!/^[^\s[\]]+$/.test(model)) {
    throw new PolicyError('usage', `${JSON.stringify(model)} is no id of a model`, {
      remedy: 'Give the id that the provider uses, such as gpt-5.3-codex, or none.',
    })
  }
  if (tool !== undefined && !/^[^\s:[\]](?:[^:[\]]*[^\s:[\]])?$/.test(tool)) {
    throw new PolicyError('usage', `${JSON.stringify(tool)} is no name of a tool`, {
      remedy: 'Give its name without colons and brackets, such as Codex; the model has an option of its own.',
    })
  }
  if (none && (tool !== undefined || escalation !== undefined)) {
    throw new PolicyError('usage', 'a commit that no model took part in has no tool and no escalation', {
      remedy: 'Leave them out, or name the model.',
    })
  }
  const lines = [`AI-Model: ${none ? 'none' : model}`]
  if (!none) lines.push(`Assisted-by: ${tool ?? 'Agent'}:${model}`)
  if (escalation)
    lines.push(`AI-Escalation: ${escalation.id}#${escalation.digest.slice(0, 'sha256:'.length + 16)}`)
  const broken = lines.find((text) => /[\p{Cc}\p{Cf}\u2028\u2029]/u.test(text))
  if (broken !== undefined)
    throw new PolicyError('usage', `a trailer is one line of visible text, not ${JSON.stringify(broken)}`)
  return `${lines.join('\n')}\n`
}
