/** How a duration is written: a whole number above 0 and its unit. */
export const durationForm = /^([1-9][0-9]{0,8})([smhd])$/

const units = { s: 1, m: 60, h: 3600, d: 86_400 } as const

/** The seconds that a duration such as `90s`, `30m`, `8h` or `7d` means, or `undefined` when it is not one. */
export function durationSeconds(text: string): number | undefined {
  const [, count, unit] = durationForm.exec(text) ?? []
  return count && unit ? Number(count) * units[unit as keyof typeof units] : undefined
}
