import { z } from 'zod'
import { durationSeconds } from './duration.ts'

const name = z.string().regex(/^[a-z][a-z0-9-]*$/, 'a name of lower-case words joined by hyphens')
const text = z.string().min(1, 'some text')
const texts = z.array(text)
const glob = text

const modelId = z.string().regex(/^[A-Za-z0-9._:/@+-]+$/, "a provider's model id")
const modelEntry = z
  .string()
  .regex(/^[A-Za-z0-9._:/@+*-]+$/, 'a model id, or a pattern in which * stands for any characters')
const prefix = z
  .string()
  .regex(/^[A-Za-z0-9._/@+-]+[/:]$/, 'what stands before an id, ending in / or :, such as openai/')
const person = z.string().regex(/^[a-z][a-z0-9-]*:\S+$/, 'a person as kind:id, such as github:1234567')
const duration = z
  .string()
  .refine((value) => durationSeconds(value) !== undefined, 'a duration such as 90s, 30m, 8h or 7d')

const modelClass = z.strictObject({
  access: z.enum(['open', 'grant', 'deny']),
  audit: z.enum(['summary', 'full']).default('full'),
  models: z.array(modelEntry).min(1, 'at least one model'),
  aliases: z.record(text, modelId).default({}),
  prefixes: z.array(prefix).default([]),
  deployments: z.record(text, modelId).default({}),
})

const taskClass = z.strictObject({
  model: name,
  about: text,
})

/** One value or a list of them, always read as a list. */
const oneOrMore = <Schema extends z.ZodType<string>>(one: Schema) =>
  z.union([one.transform((value) => [value]), z.array(one).min(1, 'at least one value')])

const comparison = z.strictObject({ over: z.int().nonnegative('a whole number, 0 or more') })

const when = z.strictObject({
  persona: oneOrMore(name).optional(),
  agent: oneOrMore(text).optional(),
  taskClass: oneOrMore(name).optional(),
  repo: oneOrMore(text).optional(),
  branch: oneOrMore(text).optional(),
  modelClass: oneOrMore(name).optional(),
  model: oneOrMore(modelEntry).optional(),
  paths: oneOrMore(glob).optional(),
  reasons: oneOrMore(z.enum(['complexity', 'security', 'ux-fidelity'])).optional(),
  endpoint: oneOrMore(text).optional(),
  tools: oneOrMore(text).optional(),
  promptBytes: comparison.optional(),
  changedLines: comparison.optional(),
  changedFiles: comparison.optional(),
  modules: comparison.optional(),
})

const rule = z.strictObject({
  id: name,
  when,
  then: z.enum(['escalate', 'deny']),
  because: text,
})

const effect = z.enum(['authorize', 'deny'])
const limit = z.int().positive('a whole number above 0')

/** The form of `model-policy.yaml`, version 1: unknown keys are refused, every default is frozen with the version. */
export const policySchema = z.strictObject({
  version: z.literal(1),
  enforcement: z.enum(['enforce', 'observe']).default('enforce'),
  models: z.strictObject({
    default: modelId,
    classes: z.record(name, modelClass),
    unknown: z.enum(['deny', 'grant']).default('deny'),
  }),
  /** The roles that rules may name; a call in any other role counts as in none. */
  personas: z.array(name).default([]),
  taskClasses: z.record(name, taskClass).default({}),
  rules: z.array(rule).default([]),
  thresholds: z
    .strictObject({
      changedLines: limit.optional(),
      changedFiles: limit.optional(),
      modules: limit.optional(),
      sensitivePaths: z.array(glob).default([]),
    })
    .prefault({}),
  escalation: z
    .strictObject({
      file: text.default('escalation.md'),
      basis: z
        .array(z.enum(['approval', 'threshold']))

        .default(['approval']),
      approvers: z
        .strictObject({
          persona: name.default('project-manager'),
          label: text.default('model:codex-approve'),
          people: z.array(person).default([]),
        })
        .prefault({}),
      grant: z
        .strictObject({
          expiresIn: duration.default('8h'),
          maxCalls: limit.default(25),
        })
        .prefault({}),
    })
    .prefault({}),
  safety: z
    .strictObject({
      shell: effect.default('authorize'),
      productionWrite: effect.default('authorize'),
      hostedTools: effect.default('authorize'),
    })
    .prefault({}),
  merge: z
    .strictObject({
      protectedBranches: texts.default(['main']),
      checks: texts.default([]),
      vet: text.default('skill-vetter'),
      review: z.enum(['head', 'any']).default('head'),
      requireDeclaration: z.boolean().default(false),
    })
    .prefault({}),
})

type DeepReadonly<T> = T extends object ? { readonly [Key in keyof T]: DeepReadonly<T[Key]> } : T

/** A policy as its author writes it. */
export type PolicyInput = DeepReadonly<z.input<typeof policySchema>>

/** A policy with every default filled in. */
export type PolicyDocument = DeepReadonly<z.output<typeof policySchema>>

/** One rule of a policy. */
export type RuleDocument = PolicyDocument['rules'][number]
