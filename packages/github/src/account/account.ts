/** A GitHub account as an API answer names it: the number is its identity, the login may change hands. */
export interface Account {
  id: number
  login: string
  /** Whether GitHub says that it is a bot, by its type or its name. */
  bot: boolean
}

/** The number of GitHub's own committer of merges and web edits. */
export const webFlow = 19864447

/** What an account may do in the repository, as GitHub's legacy permission says; triage counts as `read`, maintain as `write`. */
export type Permission = 'admin' | 'write' | 'read' | 'none'

/** A person's standing in the repository. */
export interface Standing {
  permission: Permission
  /** The role by its name, such as `maintain` or `triage`. */
  role: string
}

/** The id under which a policy lists an account, such as `github:1234567`. */
export function personOf(account: Pick<Account, 'id'>): string {
  return `github:${account.id}`
}

/** The account number in a `noreply` address of GitHub, which survives renames; `undefined` for any other address. */
export function accountIdOfAddress(address: string): number | undefined {
  const [, id] = /^(\d{1,15})\+[^@\s]+@users\.noreply\.github\.com$/i.exec(address.trim()) ?? []
  return id === undefined ? undefined : Number(id)
}

/** The login in a `noreply` address of the form that GitHub gave before 2017, lower case; `undefined` for any other address. */
export function loginOfAddress(address: string): string | undefined {
  return /^([^+@\s]+)@users\.noreply\.github\.com$/i.exec(address.trim())?.[1]?.toLowerCase()
}
