import { appendFile } from 'node:fs/promises'
import type { Host } from '../command-line/host.ts'
import { withoutCommands } from '../command-line/without-commands.ts'

/** What a command tells besides its exit code. */
export interface Publication {
  /** For standard output. */
  text: string
  /** Markdown for the job's summary, where there is a job. */
  summary?: string
  /** Values for later steps: words of ours only, never text that strangers wrote. */
  outputs?: Readonly<Record<string, string>>
}

/** Write a command's result: to standard output, and to the summary and outputs of a GitHub Actions step. */
export async function publish(host: Host, { text, summary, outputs = {} }: Publication): Promise<void> {
  host.out(withoutCommands(text))
  const { GITHUB_STEP_SUMMARY: summaryFile, GITHUB_OUTPUT: outputFile } = host.env
  if (summaryFile && summary !== undefined) await appendFile(summaryFile, summary)
  const lines = Object.entries(outputs).map(
    ([name, value]) => `${name}=${value.replaceAll(/[^\w.-]/g, '')}\n`,
  )
  if (outputFile && lines.length > 0) await appendFile(outputFile, lines.join(''))
}
