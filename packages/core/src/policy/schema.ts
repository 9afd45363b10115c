import { z } from 'zod'

const name = z.string().regex(/^[a-z][a-z0-9-]*$/, 'lower-case words joined by hyphens')
const glob = z.string().min(1)

const model = z.string().min(1)

const modelClass = z.strictObject({
  access: z.enum(['open', 'grant', 'deny']),
  audit: z.enum(['summary', 'full']).default('full'),
  models: z.array(model).min(1),
  aliases: z.record(z.string().min(1), model).default({}),
  prefixes: z.array(z.string().min(1)).default([]),
  deployments: z.record(z.string().min(1), model).default({}),
})

const taskClass = z.strictObject({
  model: name,
  about: z.string().min(1),
})

const oneOrMore = z.union([z.string(), z.array(z.string()).min(1)]).transform((value) => [value].flat())

const comparison = z.strictObject({ over: z.number().int().nonnegative() })

const when = z.strictObject({
  persona: oneOrMore.optional(),
  agent: oneOrMore.optional(),
  taskClass: oneOrMore.optional(),
  repo: oneOrMore.optional(),
  branch: oneOrMore.optional(),
  modelClass: oneOrMore.optional(),
  model: oneOrMore.optional(),
  paths: oneOrMore.optional(),
  reasons: oneOrMore.optional(),
  endpoint: oneOrMore.optional(),
  tools: oneOrMore.optional(),
  promptBytes: comparison.optional(),
  changedLines: comparison.optional(),
  changedFiles: comparison.optional(),
  modules: comparison.optional(),
})

const rule = z.strictObject({
  id: name,
  when,
  then: z.enum(['escalate', 'deny']),
  because: z.string().min(1),
})

const effect = z.enum(['authorize', 'deny'])

/** The form of `model-policy.yaml`, version 1: unknown keys are refused, every default is frozen with the version. */
export const policySchema = z.strictObject({
  version: z.literal(1),
  enforcement: z.enum(['enforce', 'observe']).default('enforce'),
  models: z.strictObject({
    default: model,
    classes: z.record(name, modelClass),
    unknown: z.enum(['deny', 'grant']).default('deny'),
  }),
  taskClasses: z.record(name, taskClass).default({}),
  rules: z.array(rule).default([]),
  thresholds: z
    .strictObject({
      changedLines: z.number().int().positive().optional(),
      changedFiles: z.number().int().positive().optional(),
      modules: z.number().int().positive().optional(),
      sensitivePaths: z.array(glob).default([]),
    })
    .prefault({}),
  escalation: z
    .strictObject({
      file: z.string().min(1).default('escalation.md'),
      basis: z.array(z.enum(['approval', 'threshold'])).default(['approval']),
      approvers: z
        .strictObject({
          persona: name.default('project-manager'),
          label: z.string().min(1).default('model:codex-approve'),
          people: z.array(z.string().min(1)).default([]),
        })
        .prefault({}),
      grant: z
        .strictObject({
          expiresIn: z.string().default('8h'),
          maxCalls: z.number().int().positive().default(25),
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
      protectedBranches: z.array(z.string().min(1)).default(['main']),
      checks: z.array(z.string().min(1)).default([]),
      vet: z.string().min(1).default('skill-vetter'),
      review: z.enum(['head', 'any']).default('head'),
      requireDeclaration: z.boolean().default(false),
    })
    .prefault({}),
})

/** A policy as its author writes it. */
export type PolicyInput = z.input<typeof policySchema>

/** A policy with every default filled in. */
export type PolicyDocument = z.output<typeof policySchema>
