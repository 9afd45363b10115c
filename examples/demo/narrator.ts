/** Tells the demo's story and keeps score: a step that does not do what it should is said and counted, never passed over. */
export interface Narrator {
  /** A new step begins. */
  step(title: string): void
  /** A fact worth showing. */
  show(label: string, value: unknown): void
  /** Lines of a file or a message, as they are. */
  quote(text: string): void
  /** What must hold at this point. */
  expect(what: string, holds: boolean): void
  /** How many expectations did not hold. */
  readonly failures: number
  readonly expectations: number
}

/** A narrator that writes lines through `write`. */
export function createNarrator(write: (line: string) => void): Narrator {
  let failures = 0
  let expectations = 0
  let steps = 0
  return {
    step(title) {
      steps++
      write(`\n${String.fromCharCode(96 + steps)}. ${title}`)
    },
    show: (label, value) => write(`   ${label.padEnd(12)} ${String(value)}`),
    quote: (text) =>
      text
        .trimEnd()
        .split('\n')
        .forEach((line) => write(`   | ${line}`)),
    expect(what, holds) {
      expectations++
      if (!holds) failures++
      write(`   ${holds ? 'ok  ' : 'FAIL'}         ${what}`)
    },
    get failures() {
      return failures
    },
    get expectations() {
      return expectations
    },
  }
}
