import { policyErrorCodes } from '@policy/core'

/** The text of `docs/errors.md`: every code with its meaning, in the catalogue's order. */
export function errorReference(): string {
  const rows = Object.entries(policyErrorCodes).map(([code, meaning]) => `| \`${code}\` | ${meaning} |`)
  return [
    '# Error codes',
    '',
    'Every reason for saying no. Codes are stable: they stand in errors (`error.code`), decisions, the audit log and `--json` output.',
    'Recognise the errors with `PolicyError.is(error)` and, for refused calls, `PolicyDeniedError.is(error)`.',
    '',
    '| code | meaning |',
    '| --- | --- |',
    ...rows,
    '',
  ].join('\n')
}
