import type { PolicyInput } from './schema.ts'

/**
 * The model usage policy itself, as a document for {@link definePolicy}: cheap models for low-demand work, Codex only
 * under an approval, nobody yet who can approve (`people` is empty until somebody is named).
 */
export const defaultPolicy = {
  version: 1,
  enforcement: 'enforce',
  models: {
    default: 'gpt-5-mini',
    classes: {
      standard: { access: 'open', audit: 'summary', models: ['gpt-5-mini'] },
      codex: {
        access: 'grant',
        audit: 'full',
        models: ['gpt-5.3-codex', 'gpt-5*-codex*', 'codex-*'],
        aliases: {
          'gpt-codex-5.3': 'gpt-5.3-codex',
          'codex-5.3': 'gpt-5.3-codex',
          'Codex 5.3': 'gpt-5.3-codex',
        },
      },
    },
    unknown: 'deny',
  },
  personas: ['developer', 'project-manager'],
  taskClasses: {
    summary: { model: 'standard', about: 'short text summaries' },
    triage: { model: 'standard', about: 'sort issues and pull requests' },
    formatting: { model: 'standard', about: 'formatting' },
    'small-edit': { model: 'standard', about: 'small edits' },
    'data-extraction': { model: 'standard', about: 'simple data extraction' },
    templating: { model: 'standard', about: 'issue and pull request templates' },
    docs: { model: 'standard', about: 'routine documentation' },
    planning: { model: 'standard', about: 'planning that is not about code' },
    programming: { model: 'codex', about: 'complex programming' },
    'code-generation': { model: 'codex', about: 'deep code generation' },
    refactoring: { model: 'codex', about: 'refactoring across files' },
    security: { model: 'codex', about: 'changes to security-sensitive code' },
    'ux-production': { model: 'codex', about: 'high-fidelity UX production' },
  },
  rules: [],
  thresholds: {
    changedLines: 400,
    changedFiles: 8,
    modules: 3,
    sensitivePaths: [
      '**/auth/**',
      '**/security/**',
      '**/crypto/**',
      '**/payments/**',
      '**/migrations/**',
      '**/*secret*',
      '**/.env*',
      '**/Dockerfile*',
      '.github/**',
      '.model-policy/**',
      'model-policy.yaml',
    ],
  },
  escalation: {
    file: 'escalation.md',
    basis: ['approval'],
    approvers: {
      persona: 'project-manager',
      label: 'model:codex-approve',
      refusalLabel: 'model:codex-refuse',
      people: [],
    },
    grant: { expiresIn: '8h', maxCalls: 25 },
  },
  safety: { shell: 'authorize', productionWrite: 'authorize', hostedTools: 'authorize' },
  merge: {
    protectedBranches: ['main', 'release/*'],
    checks: ['test'],
    vet: 'skill-vetter',
    scanners: [],
    review: 'head',
    requireDeclaration: false,
  },
} as const satisfies PolicyInput
