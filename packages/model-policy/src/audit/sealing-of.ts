import type { SealLogOptions } from '@policy/audit'
import type { Host } from '../command-line/host.ts'
import { findLog, type FoundLog } from './find-log.ts'
import { logOrigin } from './log-origin.ts'
import { progress } from './progress.ts'
import { makeSealerKey, sealerKey } from './sealer-key.ts'

/** Which log is sealed and with which key, as the options of a command say it. */
export interface SealingOptions {
  log?: string
  origin?: string
  key?: string
  newKey?: boolean
}

/**
 * What it takes to seal a log: its place, its name, and the sealer's private key, made first if that is asked for.
 *
 * @throws what `findLog`, `logOrigin` and `sealerKey` throw.
 */
export async function sealingOf(
  host: Host,
  options: SealingOptions,
  doing: string,
): Promise<{ log: FoundLog; sealing: SealLogOptions }> {
  const log = await findLog(host, options)
  const origin = log.origin ?? (await logOrigin(log.path))
  if (options.newKey) await makeSealerKey(host, origin, options.key)
  const key = await sealerKey(host, log, origin, options.key)
  return { log, sealing: { path: log.path, key, origin, onProgress: progress(host, doing) } }
}
