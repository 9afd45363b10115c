/** Starts a program without a shell and waits for its end. `runCommand` of `@policy/local` is one. */
export type RunCommand = (
  argv: readonly string[],
  options: {
    cwd: string
    /** Milliseconds until the program and all it started are ended. */
    timeout: number
    /** Bytes of output, both streams together, after which they are ended. */
    outputLimit: number
    /** Names of variables that are handed on besides those that every program needs. */
    environment: readonly string[]
  },
) => Promise<CommandEnd>

/** How a program ended. */
export type CommandEnd =
  | { type: 'ended'; code: number | null; signal: string | null; stdout: string; stderr: string }
  | { type: 'stopped'; reason: string }
  | { type: 'not-started'; reason: string }
