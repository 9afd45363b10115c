const actions = new Set<() => void>()

function runAll(): void {
  for (const action of actions) action()
}

/** Run something synchronous when the process exits; the returned function takes that back. */
export function atExit(action: () => void): () => void {
  // One listener for all, because Node warns of a leak from the eleventh on.
  if (actions.size === 0) process.on('exit', runAll)
  actions.add(action)
  return () => {
    actions.delete(action)
    if (actions.size === 0) process.off('exit', runAll)
  }
}
