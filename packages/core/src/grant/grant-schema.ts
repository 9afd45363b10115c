import { z } from 'zod'
import { isDigest } from '../hash/digest.ts'
import type { GrantClaims } from './grant.ts'

const text = z.string().min(1)
const texts = z.array(text).min(1)
const seconds = z.int().nonnegative()
const digest = z.custom(
  (value) => isDigest(value),
  'a digest is sha256: and 64 lower-case hexadecimal digits',
)

// What a person authorized by name, such as a command, happens once.
const once = { max_calls: z.literal(1) }

const scope = {
  locations: texts,
  task: text,
  personas: texts,
  paths: z.array(text),
  max_calls: z.int().positive(),
}

/** The claims of a grant. Strict at every depth: a member that is not understood makes the grant cover nothing. */
export const grantSchema: z.ZodType<GrantClaims> = z.strictObject({
  iss: text,
  aud: text,
  sub: text,
  jti: z.string().regex(/^[A-Za-z0-9_-]{43}$/),
  iat: seconds,
  nbf: seconds,
  exp: seconds,
  act: z.strictObject({ sub: text }),
  cnf: z.strictObject({ jkt: z.string().regex(/^[A-Za-z0-9_-]{43}$/) }),
  authorization_details: z.tuple([
    z.discriminatedUnion('type', [
      z.strictObject({ type: z.literal('model_call'), models: texts, tools: texts.optional(), ...scope }),
      z.strictObject({
        type: z.literal('command'),
        command: texts,
        cwd: text.exactOptional(),
        environment: texts.exactOptional(),
        ...scope,
        ...once,
      }),
      z.strictObject({ type: z.literal('write'), target: text, ...scope, ...once }),
    ]),
  ]),
  approval: z.strictObject({
    basis: z.enum(['approval', 'threshold']),
    uri: text,
    event: text,
    escalation: digest,
    policy: digest,
    base: text,
  }),
}) as z.ZodType<GrantClaims>
