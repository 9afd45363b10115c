import { z } from 'zod'
import { durationForm } from './duration.ts'

const name = z.string().regex(/^[a-z][a-z0-9-]*$/, 'a name of lower-case words joined by hyphens')
const text = z.string().min(1, 'some text')

const modelId = z.string().regex(/^[A-Za-z0-9._:/@+-]+$/, "a provider's model id")
const modelEntry = z
  .string()
  .regex(/^[A-Za-z0-9._:/@+*-]+$/, 'a model id, or a pattern in which * stands for any characters')
const prefix = z
  .string()
  .regex(/^[A-Za-z0-9._/@+-]+[/:]$/, 'what stands before an id, ending in / or :, such as openai/')
const person = z.string().regex(/^[a-z][a-z0-9-]*:\S+$/, 'a person as kind:id, such as github:1234567')
const duration = z.string().regex(durationForm, 'a duration such as 90s, 30m, 8h or 7d')
const limit = z.int('a whole number above 0').positive('a whole number above 0')

const modelClass = z.strictObject({
  access: z
    .enum(['open', 'grant', 'deny'])
    .describe('Who may run these models: everybody, under a grant, nobody.'),
  audit: z
    .enum(['summary', 'full'])
    .default('full')
    .describe('How calls are recorded: counted by the day, or an entry before and after each.'),
  models: z
    .array(modelEntry)
    .min(1, 'at least one model')
    .describe('Exact ids, or patterns with *. An open class takes a * only at the end.'),
  aliases: z
    .record(text, modelId)
    .default({})
    .describe('Names of your own, each with the provider id that replaces it.'),
  prefixes: z
    .array(prefix)
    .default([])
    .describe('What may stand before an id of this class, such as openai/.'),
  deployments: z
    .record(text, modelId)
    .default({})
    .describe('Deployment names, each with the model that runs under it.'),
})

const taskClass = z.strictObject({
  model: name.describe('The model class for this kind of work.'),
  about: text.describe('What belongs to it, in a few words.'),
})

/** One value or a list of them, always read as a list. */
const oneOrMore = <Schema extends z.ZodType<string>>(one: Schema, about: string) =>
  z
    .union([one.transform((value) => [value]), z.array(one).min(1, 'at least one value')])
    .optional()
    .describe(about)

const over = (about: string) =>
  z
    .strictObject({ over: z.int('a whole number, 0 or more').nonnegative('a whole number, 0 or more') })
    .optional()
    .describe(about)

const when = z
  .strictObject({
    persona: oneOrMore(name, 'The role the agent acts in.'),
    agent: oneOrMore(text, 'Who acts; * stands for any characters.'),
    taskClass: oneOrMore(name, 'The kind of work.'),
    repo: oneOrMore(text, 'The repository; * stands for any characters.'),
    branch: oneOrMore(text, 'The branch; * stands for any characters.'),
    modelClass: oneOrMore(name, 'The class of the model.'),
    model: oneOrMore(modelEntry, 'The model; * stands for any characters.'),
    paths: oneOrMore(text, 'Globs of the files the work touches.'),
    reasons: oneOrMore(z.enum(['complexity', 'security', 'ux-fidelity']), 'Why a dearer model is wanted.'),
    endpoint: oneOrMore(text, 'The path of the API, such as /responses; * stands for any characters.'),
    tools: oneOrMore(text, 'The type of a tool in the request; * stands for any characters.'),
    promptBytes: over('The length of the request.'),
    changedLines: over('Lines added and deleted, as measured.'),
    changedFiles: over('Files changed, as measured.'),
    modules: over('Modules reached, as measured.'),
  })
  .describe('All conditions must hold. A fact that is not known counts as if its condition held.')

const rule = z.strictObject({
  id: name.describe('What findings and the log call this rule.'),
  when,
  then: z.enum(['escalate', 'deny']).describe('Ask a person, or refuse.'),
  because: text.describe('What the person who is refused reads.'),
})

const effect = z.enum(['authorize', 'deny'])

const thresholds = z
  .strictObject({
    changedLines: limit.optional().describe('More changed lines than this are a reason to escalate.'),
    changedFiles: limit.optional().describe('More changed files than this are a reason to escalate.'),
    modules: limit.optional().describe('More modules touched than this are a reason to escalate.'),
    sensitivePaths: z
      .array(text)
      .default([])
      .describe('Globs of files whose change is a reason to escalate.'),
  })
  .prefault({})
  .describe('Objective reasons to ask for a dearer model.')

const escalation = z
  .strictObject({
    file: text.default('escalation.md').describe('Where the request is written.'),
    basis: z
      .array(z.enum(['approval', 'threshold']))
      .default(['approval'])
      .describe("What may mint a grant: a person's approval; a crossed threshold that CI has measured."),
    approvers: z
      .strictObject({
        persona: name.default('project-manager').describe('The role that approves.'),
        label: text.default('model:codex-approve').describe('The label that approves on a pull request.'),
        refusalLabel: text
          .default('model:codex-refuse')
          .describe('The label that refuses on a pull request, whoever puts it there.'),
        people: z.array(person).default([]).describe('Who can approve. Empty: nobody.'),
      })
      .prefault({}),
    grant: z
      .strictObject({
        expiresIn: duration.default('8h').describe('The longest life of a grant, such as 8h.'),
        maxCalls: limit.default(25).describe('The most calls under one grant.'),
      })
      .prefault({}),
  })
  .prefault({})
  .describe('How a person is asked, who may answer, and what an approval is worth.')

const safety = z
  .strictObject({
    shell: effect.default('authorize').describe('Commands that a model wants to run.'),
    productionWrite: effect.default('authorize').describe('Writes to production that a model wants to make.'),
    hostedTools: effect
      .default('authorize')
      .describe('Tools in a request that act without passing the caller.'),
  })
  .prefault({})
  .describe('What needs a signed authorization, or never happens.')

const merge = z
  .strictObject({
    protectedBranches: z.array(text).default(['main']),
    checks: z.array(text).default([]).describe('Checks that must be green.'),
    checkApps: z
      .array(z.int().positive())
      .min(1)
      .optional()
      .describe(
        'Ids of the GitHub apps that checks and vet are taken from, such as 15368 for GitHub Actions; without, of every app.',
      ),
    vet: text.default('skill-vetter').describe('The check of the security vet, which must be green.'),
    scanners: z
      .array(z.array(text).min(1))
      .default([])
      .describe('Programs with their arguments that `model-policy vet` runs besides its own vetters.'),
    review: z.enum(['head', 'any']).default('head').describe('Whether a review must be of the head commit.'),
    requireDeclaration: z
      .boolean()
      .default(false)
      .describe('Whether every commit must say which models made it.'),
  })
  .prefault({})
  .describe('What model-made changes need before they are merged.')

/** The form of `model-policy.yaml`, version 1: unknown keys are refused, every default is frozen with the version. */
export const policySchema = z
  .strictObject({
    version: z.literal(1),
    enforcement: z
      .enum(['enforce', 'observe'])
      .default('enforce')
      .describe('`observe` decides and records, and refuses nothing.'),
    models: z.strictObject({
      default: modelId.describe('The model for everything that asks for no other.'),
      classes: z.record(name, modelClass).describe('Every model is in exactly one class, or unknown.'),
      unknown: z.enum(['deny', 'grant']).default('deny').describe('What a model of no class needs.'),
    }),
    personas: z
      .array(name)
      .default([])
      .describe('The roles that rules may name. A call in any other role counts as in none.'),
    taskClasses: z.record(name, taskClass).default({}).describe('Kinds of work.'),
    rules: z
      .array(rule)
      .default([])
      .describe('Rules only tighten; the most restrictive that matches wins, in any order.'),
    thresholds,
    escalation,
    safety,
    merge,
  })
  .describe('The model policy of a repository.')

type DeepReadonly<T> = T extends object ? { readonly [Key in keyof T]: DeepReadonly<T[Key]> } : T

/** A policy as its author writes it. */
export type PolicyInput = DeepReadonly<z.input<typeof policySchema>>

/** A policy with every default filled in. */
export type PolicyDocument = DeepReadonly<z.output<typeof policySchema>>

/** One rule of a policy. */
export type RuleDocument = PolicyDocument['rules'][number]
