/** How far, in seconds, the clock of the machine that signs a grant may run ahead of the one that checks it. */
export const clockSkewSeconds = 5
