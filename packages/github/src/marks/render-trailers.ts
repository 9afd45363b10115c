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
 * @throws `usage` when a value would break out of its line.
 */
export function renderTrailers({ model, tool, escalation }: RenderTrailersOptions): string {
  const lines = [`AI-Model: ${model}`]
  if (model !== 'none') lines.push(`Assisted-by: ${tool ?? 'Agent'}:${model}`)
  if (escalation)
    lines.push(`AI-Escalation: ${escalation.id}#${escalation.digest.slice(0, 'sha256:'.length + 16)}`)
  const broken = lines.find((text) => /[\p{Cc}\p{Cf}\u2028\u2029]/u.test(text))
  if (broken !== undefined)
    throw new PolicyError('usage', `a trailer is one line of visible text, not ${JSON.stringify(broken)}`)
  return `${lines.join('\n')}\n`
}
