/** A count with its noun in the right number: `1 line`, `2 lines`; `many` where an `s` is not enough. */
export function countOf(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`
}
