import { parseLine, readLines } from '@policy/audit'
import { PolicyError } from '@policy/core'

/**
 * What a log calls itself in its first line.
 *
 * @throws `log_missing`, `log_altered` when the first line opens no log.
 */
export async function logOrigin(path: string): Promise<string> {
  for await (const { text } of readLines(path)) {
    const parsed = parseLine(text)
    if (parsed.type === 'entry' && 'model_policy.origin' in parsed.event.data)
      return parsed.event.data['model_policy.origin']
    break
  }
  throw new PolicyError('log_altered', `the first line of ${path} does not open a log`, {
    place: { file: path, line: 1 },
    remedy: 'Keep the file as it is, and look for the log that was there before.',
  })
}
