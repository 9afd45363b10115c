/** The command line of an Action's step, and the environment it runs in. */
export interface ActionCall {
  argv: string[]
  env: Record<string, string | undefined>
}

const commands = ['gate', 'mint', 'comment', 'record']

/**
 * Read the inputs of the Action from the variables the runner sets. Only its commands run; whatever else is asked for is a
 * command that does not exist.
 */
export function argumentsOf(env: Readonly<Record<string, string | undefined>>): ActionCall {
  const { INPUT_COMMAND: command = '', INPUT_ARGUMENTS: more = '', INPUT_TOKEN: token, ...others } = env
  const { 'INPUT_MINTER-KEY': key, ...kept } = others
  const words = more
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean)
  return {
    argv: [commands.includes(command) ? command : `no-command-${command}`, ...words],
    env: {
      ...kept,
      ...(token ? { GITHUB_TOKEN: token } : {}),
      ...(key ? { MODEL_POLICY_MINTER_KEY: key } : {}),
    },
  }
}
