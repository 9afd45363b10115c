/** {@link defaultPolicy} as the commented YAML that a new repository begins with; both have one digest. */
export const defaultPolicyText = `# yaml-language-server: $schema=node_modules/@policy/core/policy.schema.json
# Which models may run here, for which work, and who can say yes to the dearer ones.
# After a change: model-policy policy validate, policy test, and, by a signer, policy sign.
version: 1
enforcement: enforce            # or observe: decide and record, refuse nothing

models:
  default: gpt-5-mini
  classes:
    standard:                   # low-demand work: anybody, counted by the day
      access: open
      audit: summary
      models: [gpt-5-mini]
    codex:                      # under an approval only, every call recorded
      access: grant
      audit: full
      models: [gpt-5.3-codex, "gpt-5*-codex*", "codex-*"]
      aliases:                  # the policy's own names -> the provider's id
        gpt-codex-5.3: gpt-5.3-codex
        codex-5.3: gpt-5.3-codex
        Codex 5.3: gpt-5.3-codex
  unknown: deny                 # or grant

personas: [developer, project-manager]

taskClasses:
  summary: { model: standard, about: short text summaries }
  triage: { model: standard, about: sort issues and pull requests }
  formatting: { model: standard, about: formatting }
  small-edit: { model: standard, about: small edits }
  data-extraction: { model: standard, about: simple data extraction }
  templating: { model: standard, about: issue and pull request templates }
  docs: { model: standard, about: routine documentation }
  planning: { model: standard, about: planning that is not about code }
  programming: { model: codex, about: complex programming }
  code-generation: { model: codex, about: deep code generation }
  refactoring: { model: codex, about: refactoring across files }
  security: { model: codex, about: changes to security-sensitive code }
  ux-production: { model: codex, about: high-fidelity UX production }

# Rules only tighten, in any order. A fact that is not known counts as if its condition held. For example:
#   - id: no-codex-for-docs
#     when: { taskClass: docs, modelClass: codex }
#     then: deny                # or escalate
#     because: documentation is low-demand work
rules: []

# Objective reasons to ask for a dearer model: more than this, or any of these files.
thresholds:
  changedLines: 400
  changedFiles: 8
  modules: 3
  sensitivePaths:
    - "**/auth/**"
    - "**/security/**"
    - "**/crypto/**"
    - "**/payments/**"
    - "**/migrations/**"
    - "**/*secret*"
    - "**/.env*"
    - "**/Dockerfile*"
    - ".github/**"
    - ".model-policy/**"
    - model-policy.yaml

escalation:
  file: escalation.md
  basis: [approval]             # add threshold to let CI grant on measured facts alone
  approvers:
    persona: project-manager
    label: "model:codex-approve"
    refusalLabel: "model:codex-refuse"
    people: []                  # such as github:1234567; while empty, nobody can approve
  grant: { expiresIn: 8h, maxCalls: 25 }

safety: { shell: authorize, productionWrite: authorize, hostedTools: authorize }

merge:
  protectedBranches: [main, "release/*"]
  checks: [test]
  vet: skill-vetter
  scanners: []                  # programs that the vet runs besides, such as [semgrep, scan, --sarif]
  review: head
  requireDeclaration: false
`
