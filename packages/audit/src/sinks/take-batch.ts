const batchUnits = 1 << 20

/** Take from the front what goes out at once: about 1 MB, so that memory stays bounded and other writers get a turn; at least one. */
export function takeBatch<Waiting>(waiting: Waiting[], lineOf: (one: Waiting) => string): Waiting[] {
  let units = 0
  const over = waiting.findIndex((one) => (units += lineOf(one).length) > batchUnits)
  return waiting.splice(0, over === -1 ? waiting.length : Math.max(over, 1))
}
