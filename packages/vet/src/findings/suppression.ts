import picomatch from 'picomatch'
import { PolicyError } from '@policy/core'
import type { UnjudgedFinding } from './read-findings.ts'

/** A person's word that one kind of finding may stand in some files until a day. */
export interface Suppression {
  /** A rule as reports name it, such as `risky-code/unsafe-stmt`. */
  rule: string
  /** Glob of the files. */
  path: string
  /** The person, as the policy lists approvers: `github:1234567`. */
  by: string
  /** Last day, `YYYY-MM-DD`, UTC. */
  until: string
  because: string
}

/**
 * The suppressions in the text of `.model-policy/vet.yaml`.
 *
 * Take the text from the base of a change, never from the change itself: who is judged may not write what is let pass.
 *
 * @throws `vet_suppression_invalid` when the text is not in its form or names somebody whom the policy does not list.
 */
export async function parseSuppressions(text: string, people: readonly string[]): Promise<Suppression[]> {
  const [{ parse }, { z }] = await Promise.all([import('yaml'), import('zod')])
  const words = z.string().min(1)
  const schema = z.strictObject({
    version: z.literal(1),
    suppressions: z.array(
      z.strictObject({
        rule: words.regex(/^[^*/\s]+\/[^*\s]+$/, 'expected one rule as reports name it, vetter/rule'),
        path: words.regex(/^[^!/]/, 'expected a glob below the top, without a leading ! or /'),
        by: words.refine((by) => people.includes(by), 'is not a person whom the policy lists as approver'),
        until: z.iso.date(),
        because: words,
      }),
    ),
  })
  const parsed = schema.safeParse(yamlOf(parse, text))
  if (parsed.success) return parsed.data.suppressions
  const [issue] = parsed.error.issues
  throw new PolicyError(
    'vet_suppression_invalid',
    `the suppressions are not in their form: ${issue?.path.join('.')}: ${issue?.message}`,
    { remedy: 'every suppression needs a rule, a path, by (an approver), until (a day) and because' },
  )
}

/** The first suppression that lets a finding stand on a day, if any. `now` is milliseconds since 1970-01-01T00:00:00Z. */
export function suppressionOf(
  finding: UnjudgedFinding,
  suppressions: readonly Suppression[],
  now: number,
): Suppression | undefined {
  const today = new Date(now).toISOString().slice(0, 10)
  const { path } = finding
  if (path === undefined) return undefined
  return suppressions.find(
    ({ rule, until, path: glob }) =>
      rule === finding.rule && today <= until && picomatch.isMatch(path, glob, { dot: true }),
  )
}

function yamlOf(parse: (text: string) => unknown, text: string): unknown {
  try {
    return parse(text)
  } catch {
    return undefined
  }
}
