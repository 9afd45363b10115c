import type { Access } from './resolved-model.ts'

/** How restrictive an access is; of two that claim a name or a call, the higher one wins. */
export const accessRank: Record<Access, number> = { open: 0, grant: 1, deny: 2 }
