import { PolicyError, policyErrorCodes, type PolicyErrorCode } from '@policy/core'

/** The text of `docs/errors.md`: every code with its meaning, in the catalogue's order. */
export function errorReference(): string {
  const codes = Object.keys(policyErrorCodes) as PolicyErrorCode[]
  const rows = codes.map(
    (code) => `| \`${code}\` | ${policyErrorCodes[code]} | ${new PolicyError(code, '').remedy} |`,
  )
  return [
    '# Error codes',
    '',
    'Every reason for saying no. Codes are stable: they stand in errors (`error.code`), decisions, the audit log and `--json` output.',
    'What to do next stands in `error.remedy`; where the place of the fault says more, so does the error.',
    'Recognise the errors with `PolicyError.is(error)` and, for refused calls, `PolicyDeniedError.is(error)`.',
    '',
    '| code | meaning | what to do next |',
    '| --- | --- | --- |',
    ...rows,
    '',
  ].join('\n')
}
