export { exitCode, type ExitCode } from './command-line/exit-code.ts'
export type { Host, Terminal } from './command-line/host.ts'
export { run } from './command-line/run.ts'
