import type { Host } from '../command-line/host.ts'

/** Tells a person at a terminal how far long work is, on one line of standard error; says nothing elsewhere. */
export function progress(host: Pick<Host, 'err' | 'terminal'>, doing: string) {
  let shown = 0
  return (done: number, total: number) => {
    const percent = Math.floor((100 * done) / total)
    if (host.terminal === undefined || percent < shown + 5) return
    shown = percent
    host.err(`\r${doing}: ${percent} %${percent === 100 ? '\n' : ''}`)
  }
}
