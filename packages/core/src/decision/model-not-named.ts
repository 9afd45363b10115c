import type { ModelCall } from '../call/model-call.ts'
import type { Finding } from './finding.ts'

/** What is said of a call that runs a model without naming one. */
export function modelNotNamed(call: ModelCall): Finding {
  return {
    rule: 'model-named',
    effect: 'deny',
    code: 'model_missing',
    saw: `a request to ${call.endpoint}`,
    reason: 'it runs a model and names none, so nothing says which',
    remedy: 'name the model in the request',
  }
}
