import type { Command } from 'commander'

/** Give a command the options that say which log. */
export function withLogOptions(command: Command): Command {
  return command
    .option('--log <file>', "the log (default: this repository's MODEL_AUDIT.log)")
    .option('--json', 'print the result as JSON')
}

/** Give a command the options that say which log, and with what it is sealed. */
export function withSealerOptions(command: Command): Command {
  return withLogOptions(command)
    .option('--key <file>', "the sealer's private key (default: this user's key that is pinned for the log)")
    .option('--origin <name>', "the log's name, as its first line says it (default: the one that is pinned)")
}

/** Give a command the options that say which log, and by whom it must be sealed. */
export function withSealOptions(command: Command): Command {
  return withLogOptions(command)
    .option('--vkey <key>', "the log's public key (default: the one that is pinned)")
    .option('--origin <name>', "the log's name (default: the one that is pinned, else the key's)")
}
