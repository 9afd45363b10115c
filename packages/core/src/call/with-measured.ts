import type { MeasuredChange } from '../change/measured-change.ts'
import type { CallContext } from './call-context.ts'

/** The context with a measurement in it; paths that somebody claims besides are kept, and none takes a measured one away. */
export function withMeasured(context: CallContext, change: MeasuredChange): CallContext {
  const claimed = context.paths === context.change?.paths ? [] : (context.paths ?? [])
  const paths = claimed.length === 0 ? change.paths : [...new Set([...change.paths, ...claimed])]
  return { ...context, change, paths }
}
