/** Cases that the default policy holds, as the YAML that a new repository begins with. */
export const defaultPolicyCases = `# What model-policy.yaml should decide; run with: model-policy policy test
version: 1
cases:
  - name: low-demand work runs on the cheap model
    given: { model: gpt-5-mini, persona: developer, taskClass: triage }
    expect: allow
  - name: so does a dated snapshot of it
    given: { model: gpt-5-mini-2025-08-07, persona: developer, taskClass: docs }
    expect: allow
  - name: nothing need be known for the cheap model
    given: { model: gpt-5-mini }
    expect: allow
  - name: Codex waits for a person, by the name the policy gives it
    given: { model: gpt-codex-5.3, persona: developer, task: ISSUE-12, taskClass: programming }
    expect: { decision: escalate, code: grant_required }
  - name: and by the provider's
    given: { model: gpt-5.3-codex, persona: developer, task: ISSUE-12, taskClass: refactoring }
    expect: { decision: escalate, code: grant_required }
  - name: Codex waits in any spelling
    given: { model: "GPT-5.3-Codex ", taskClass: programming }
    expect: { decision: escalate, code: grant_required }
  - name: a crossed threshold is a reason to ask, not a permission
    given:
      model: gpt-5.3-codex
      taskClass: refactoring
      reasons: [complexity]
      change: { changedLines: 850, changedFiles: 12, modules: [auth, session, api, web] }
    expect: { decision: escalate, code: grant_required }
  - name: and it does not stop the cheap model
    given: { model: gpt-5-mini, change: { changedLines: 850, changedFiles: 12 } }
    expect: allow
  - name: of several models the dearest decides
    given: { model: [gpt-5-mini, gpt-5.3-codex], taskClass: programming }
    expect: { decision: escalate, code: grant_required }
  - name: a model that no class holds is refused
    given: { model: mystery-1 }
    expect: { decision: deny, code: model_unknown }
  - name: a request that names no model is refused
    given: {}
    expect: { decision: deny, code: model_missing }
  - name: tools that act on their own wait for a person, whatever the model
    given: { model: gpt-5-mini, tools: [mcp] }
    expect: { decision: escalate, code: tool_unauthorized, rule: "safety:hostedTools" }
  - name: functions run in the caller, which guards them there
    given: { model: gpt-5-mini, tools: [function] }
    expect: allow
`
