import { withBody } from '../observe/with-body.ts'
import { refusalOf } from '../refusal/refusal-response.ts'
import { policyHeaders } from '../request/policy-headers.ts'

/** Our header names mean something only when a guard sends them. */
export function withoutForgeries(response: Response): Response {
  const forged = policyHeaders(response.headers)
  if (forged.length === 0 || refusalOf(response.headers)) return response
  const headers = new Headers(response.headers)
  for (const name of forged) headers.delete(name)
  return withBody(response, response.body, headers)
}
