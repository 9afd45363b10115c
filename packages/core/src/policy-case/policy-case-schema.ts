import { z } from 'zod'
import { policyErrorCodes, type PolicyErrorCode } from '../errors/codes.ts'

const text = z.string().min(1, 'some text')
const count = z.int('a whole number, 0 or more').nonnegative('a whole number, 0 or more')
const oneOrMore = z.union([text.transform((value) => [value]), z.array(text)])
const decision = z.enum(['allow', 'escalate', 'deny'])
const codes = Object.keys(policyErrorCodes) as [PolicyErrorCode, ...PolicyErrorCode[]]

const policyCase = z.strictObject({
  name: text,
  given: z.strictObject({
    model: oneOrMore.default([]),
    endpoint: text.default('/responses'),
    tools: z.array(text).default([]),
    promptBytes: count.default(0),
    agent: text.optional(),
    persona: text.optional(),
    task: text.optional(),
    taskClass: text.optional(),
    repo: text.optional(),
    branch: text.optional(),
    paths: z.array(text).optional(),
    reasons: z.array(z.enum(['complexity', 'security', 'ux-fidelity'])).optional(),
    change: z
      .strictObject({
        changedLines: count.default(0),
        changedFiles: count.default(0),
        modules: z.array(text).default([]),
        paths: z.array(text).default([]),
      })
      .optional(),
  }),
  expect: z.union([
    decision.transform((type) => ({ decision: type })),
    z.strictObject({ decision, code: z.enum(codes).optional(), rule: text.optional() }),
  ]),
})

/** The form of a file of policy cases. */
export const policyCasesSchema = z.strictObject({
  version: z.literal(1),
  cases: z.array(policyCase).min(1, 'at least one case'),
})

/** One case: the facts of a call, and the decision that a policy should come to. What is not given is not known. */
export type PolicyCase = z.output<typeof policyCase>
