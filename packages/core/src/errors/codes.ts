/**
 * Every reason Model Policy gives for saying no, with its one-line meaning.
 *
 * Codes are stable: they appear in errors, decisions, the audit log and `--json` output. A code is added, never reused.
 */
export const policyErrorCodes = {
  // the policy and what makes it trusted
  policy_missing: 'there is no policy file where one was looked for',
  policy_invalid: 'the policy does not parse or contradicts itself',
  policy_cases_invalid: 'the file of policy cases does not parse',
  policy_unsigned: 'the policy has no signature',
  policy_altered: 'the policy or the keys file differs from what was signed',
  policy_rolled_back: 'the signed policy is older than one already seen',
  policy_changed: 'another policy is in force than the one the guard was opened with',
  policy_foreign: 'the policy is signed for another repository, or by a signer that is not pinned',
  trust_missing: 'no trust root pins this repository',

  // the decision
  model_missing: 'the request runs a model without naming one',
  model_unknown: 'no class of the policy holds this model',
  model_denied: 'the class of this model is closed',
  model_alias: 'the request names a policy alias that the provider does not know',
  grant_required: 'this model runs only under a grant',
  rule_escalated: 'a rule asks for a person here',
  rule_denied: 'a rule forbids this',
  rule_failed: 'a rule could not be evaluated',
  tool_unauthorized: 'the request carries a tool that acts on its own, and nothing authorizes it',

  // the grant as a token
  grant_malformed: 'the token is not a well-formed grant',
  grant_forged: 'the signature does not verify',
  grant_expired: 'the grant is past its time',
  grant_not_yet_valid: 'the grant is not valid yet',
  grant_lifetime: 'the grant lives longer than the policy allows',
  grant_calls: 'the grant permits more calls than the policy allows',
  grant_issuer: 'the grant was issued for another repository',
  grant_audience: 'the grant is for another ledger',
  grant_key_unknown: 'the grant is signed by a key that is not in the keys file',
  grant_key_revoked: 'the key that signed the grant is revoked',
  grant_key_invalid: 'the key that signed the grant was outside its validity',
  grant_key_role: 'the key that signed the grant may not sign grants of this kind',

  // what a grant covers
  grant_agent: 'the grant is for another agent',
  grant_agent_key: 'the grant is bound to another agent key',
  grant_persona: 'the grant is for another persona',
  grant_repository: 'the grant is for another repository',
  grant_task: 'the grant is for another task',
  grant_model: 'the grant is for another model',
  grant_command: 'the grant is not for this command or write',
  grant_path: 'the grant does not reach these paths',
  grant_policy: 'the grant was given under another policy',
  grant_escalation: 'the grant answers another escalation',

  // commands and writes
  authorization_missing: 'nothing authorizes this command or write',
  authorization_denied: 'the policy lets nobody authorize this command or write',

  // the ledger
  grant_spent: 'every call of the grant is spent',
  grant_replayed: 'this call id was spent on another request',
  grant_revoked: 'the grant is revoked',
  ledger_missing: 'there is no ledger where one was looked for',
  ledger_foreign: 'the ledger is not the one the grant names',
  ledger_failed: 'the ledger could not record the call',

  // reading a request
  body_unreadable: 'the request body cannot be read, so nothing shows which model it asks for',
  endpoint_unknown: 'this endpoint is not known to be harmless and names no model',
  transport_refused: 'this way out of the client cannot be guarded',
  guard_closed: 'the guard is closed, so nothing goes out through it',
  guard_failed: 'the guard itself failed, so the call did not go ahead',
  client_unsupported: 'this client would leave a gap, so it is not wrapped',

  // escalation and approval
  escalation_malformed: 'escalation.md is not in its form',
  escalation_altered: 'escalation.md differs from what its digest says',
  escalation_missing: 'no escalation waits here',
  escalation_pending: 'another escalation waits for its answer in the same file',
  escalation_answered: 'the escalation has an answer already',
  approval_unlisted: 'the approver is not a person whom the policy lists',
  approval_self: 'the approver is the agent or the requester',
  approval_not_person: 'the approver is a program, not a person',
  approval_basis: 'the policy gives no grant on this basis',
  approval_declined: 'a person declined this escalation',
  approval_expired: 'no answer came before the time limit',

  // the record
  audit_failed: 'the audit log did not take the entry, so the call did not go ahead',
  audit_incomplete: 'something ran, and the audit log did not take how it ended',
  log_missing: 'the audit log or its checkpoint is missing',
  log_altered: 'the audit log differs from what was sealed',
  log_rolled_back: 'the audit log is shorter or older than a checkpoint already seen',
  log_key: 'the checkpoint is not signed by the log key, or the key is not one',
  evidence_malformed: 'the evidence file is not in its form',
  log_busy: 'another sealer is at work on this log',

  // the pull request
  escalation_file_type: 'escalation.md is not a plain file',
  escalation_ambiguous: 'another file has a name that can be read as that of escalation.md',
  escalation_stale: 'the escalation is the one of an earlier change',
  escalation_base: 'the escalation starts from a commit that the change or its base branch does not have',
  approval_missing: 'nobody whom the policy lists has approved yet',
  approval_withdrawn: 'the approval was taken back',
  approval_role: 'the approver may not write to the repository',
  approval_unverified: "the commit of the approval note is not verified as the approver's",
  grant_missing: 'a person approved, and no grant was minted from that yet',
  attribution_contradictory: 'a commit declares one model and bears the marks of another',
  declaration_missing: 'a commit does not say which model made it',
  evidence_missing: 'model-made commits come without evidence from the audit log',
  evidence_foreign: 'the evidence is of calls that this approval does not cover',
  evidence_altered: 'the change alters the evidence of another escalation',
  review_missing: 'no person has reviewed this head',
  review_stale: 'the review is of an earlier head',
  review_refused: 'a reviewer asks for changes',
  check_missing: 'a check that the policy names did not run on this head',
  check_pending: 'a check that the policy names has not ended',
  check_failed: 'a check that the policy names failed',
  vet_failed: 'the security vet did not come to a result',
  vet_suppression_invalid: 'the suppressions of findings are not in their form',
  protected_path: 'the change touches what judges it',
  attributes_changed: 'the change alters how git shows files',
  submodule_changed: 'the change brings in commits of another repository',
  symlink_escapes: 'a symlink points out of the repository',
  queue_altered: 'the merge queue brings something else than what was approved',
  pull_request_missing: 'no pull request stands behind this change',
  pull_request_closed: 'the pull request is merged or closed',
  branch_unprotected:
    "the default branch's policy does not protect the branch that the pull request goes into",
  github_incomplete: 'GitHub did not give every fact that a verdict needs',
  github_failed: 'GitHub did not answer as needed',

  // this machine
  repository_missing: 'there is no git working tree here',
  git_failed: 'git did not answer as needed',
  history_incomplete: 'the history needed for the measurement is not in this clone',
  key_missing: 'a key that is needed is not there',
  keys_invalid: 'the keys file is not in its form',
  key_exposed: 'a private key lies where others can read it',
  key_locked: 'the passphrase does not open the key',
  file_unreadable: 'a file that is needed cannot be read or written',
  already_set_up: 'the repository has been set up before',
  usage: 'the command was not called as it needs',
} as const

/** One stable reason for saying no. */
export type PolicyErrorCode = keyof typeof policyErrorCodes
