/** A command as a person may type it in a POSIX shell: for messages, never to be run. */
export function commandLine(command: readonly string[]): string {
  return command.map(quoted).join(' ')
}

const quoted = (argument: string) =>
  /^[\w@%+=:,./-]+$/.test(argument) ? argument : `'${argument.replaceAll("'", String.raw`'\''`)}'`
