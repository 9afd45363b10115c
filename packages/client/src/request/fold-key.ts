import { rememberWords } from './remember-words.ts'

/** A key as parsers read it that take any case, as Go's do: two that fold alike are one to them. */
export const foldKey = rememberWords((key) => key.normalize('NFKC').toLowerCase())
