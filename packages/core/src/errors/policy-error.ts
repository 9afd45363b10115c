import type { PolicyErrorCode } from './codes.ts'
import { remedies } from './remedies.ts'

const marker = Symbol.for('model-policy.error')

/** Where in an input the fault lies. Lines and columns count from 1. */
export interface ErrorPlace {
  /** As it was given, or from the top of the repository. */
  file?: string
  line?: number
  column?: number
  /** Where in the document, dotted, as in `models.classes.codex.access`. */
  path?: string
}

/** What an error is made with besides its code and message. */
export interface PolicyErrorOptions {
  /** The error underneath; always kept. */
  cause?: unknown
  /** What to do next, as one imperative sentence or a command. @default the catalogue's for the code */
  remedy?: string
  /** Where in the input the fault lies. */
  place?: ErrorPlace
}

/**
 * The error of every part of Model Policy: a stable `code`, a message for people, the place and the next step as fields.
 *
 * Recognise it with {@link PolicyError.is}, which also works across two installed copies of the package.
 */
export class PolicyError extends Error {
  override readonly name: string = 'PolicyError'
  readonly [marker] = true
  readonly code: PolicyErrorCode
  readonly remedy: string
  readonly place: ErrorPlace | undefined

  constructor(code: PolicyErrorCode, message: string, options: PolicyErrorOptions = {}) {
    super(message, 'cause' in options ? { cause: options.cause } : undefined)
    this.code = code
    this.remedy = options.remedy ?? remedies[code]
    this.place = options.place
  }

  /** Whether a value is a `PolicyError`, whichever copy of the package made it. */
  static is(value: unknown): value is PolicyError {
    return typeof value === 'object' && value !== null && marker in value
  }
}
