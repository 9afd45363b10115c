/**
 * Text in which a runner of GitHub Actions finds no command, whoever wrote parts of it.
 *
 * The runner takes `::command::` at the beginning of a line, blanks before it left out, and `##[command]` anywhere in one
 * (actions/runner, ActionCommand.cs).
 */
export function withoutCommands(text: string): string {
  return text.replaceAll(/^(\s*):(?=:)/gm, '$1: ').replaceAll('##[', '## [')
}
