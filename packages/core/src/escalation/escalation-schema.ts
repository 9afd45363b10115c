import { z } from 'zod'
import { isDigest } from '../hash/digest.ts'
import { bytesOfBase64url } from '../hash/base64url.ts'
import type { Escalation } from './escalation.ts'
import { mayBeHandedOn } from '../authorization/environment.ts'
import { hiddenCharacters } from './hidden-characters.ts'

const text = z
  .string()
  .min(1)
  .max(2000)
  .refine((value) => !hiddenCharacters.test(value), 'holds a character that a reader would not see')
const id = (form: RegExp, example: string) => z.string().max(200).regex(form, `expected the form ${example}`)
const digest = z.custom((value) => isDigest(value), 'expected sha256: and 64 lower-case hexadecimal digits')
const count = z.int().nonnegative()

const glob = text.refine(
  (value) => !/^[!/]/.test(value) && !value.split('/').includes('..'),
  'expected a glob below the top of the repository, without a leading ! or / and without ..',
)

const folder = text.refine(
  (value) => value.split('/').every((step) => !['', '.', '..'].includes(step)),
  'expected a folder below the top of the repository, such as packages/app',
)

const variable = z.string().refine(mayBeHandedOn, 'is no variable that a command may be given')

const publicKey = z.strictObject({
  kty: z.literal('OKP'),
  crv: z.literal('Ed25519'),
  x: z.string().refine((value) => bytesOfBase64url(value)?.length === 32, 'expected 32 bytes as base64url'),
})

/** The front matter of `escalation.md`, version 1: every member is needed, no other is taken. */
export const escalationSchema = z.strictObject({
  escalation: z.literal(1),
  id: id(/^esc_[0-9A-HJKMNP-TV-Z]{26}$/, 'esc_ and a ULID'),
  task: text,
  agent: id(/^[a-z]+:[A-Za-z0-9][A-Za-z0-9._@/-]*$/, 'agent:name'),
  agentKey: publicKey,
  persona: id(/^[a-z][a-z0-9-]*$/, 'developer'),
  request: z.union(
    [
      z.strictObject({ model: text, tools: z.array(text).min(1).exactOptional() }),
      z.strictObject({
        command: z.array(text).min(1),
        cwd: folder.exactOptional(),
        environment: z.array(variable).min(1).exactOptional(),
      }),
      z.strictObject({ write: text }),
    ],
    'expected one of { model, tools? }, { command: [argv…], cwd?, environment? }, { write }',
  ),
  repo: id(/^[^\s/]+(?:\/[^\s/]+)+$/, 'github.com/acme/app'),
  ledger: id(/^led_[0-9A-HJKMNP-TV-Z]{26}$/, 'led_ and a ULID'),
  base: id(/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/, 'a full commit id'),
  reasons: z.array(z.enum(['complexity', 'security', 'ux-fidelity'])).min(1),
  summary: text,
  measured: z
    .strictObject({ changedFiles: count, changedLines: count, modules: count, sensitive: z.array(text) })
    .nullable(),
  paths: z.array(glob).min(1),
  estimate: z.strictObject({ promptTokens: count, outputs: z.array(text) }),
  policy: digest,
}) as unknown as z.ZodType<Escalation>
