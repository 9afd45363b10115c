import { symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { codexBot, maintainer } from '../../../github/test/support/a-pull-request.ts'
import { type Scenario } from './scenario.ts'
import { codex, start, approve, allow, stage, pushMany } from './steps.ts'

/** Rows about what the change and its commits hold. */
export const files: Scenario[] = [
  {
    row: 29,
    scenario: 'escalation.md is a symlink',
    from: 'worked',
    change: (story) => {
      story.git('rm', '--quiet', 'escalation.md')
      symlinkSync('src/session/store.ts', join(story.repository, 'escalation.md'))
      story.push('Link', {})
    },
    verdict: 'fail escalation_file_type',
  },
  {
    row: 29,
    scenario: 'escalation.md is executable',
    from: 'worked',
    change: (story) => stage(story, '100755', 'escalation.md', 'HEAD:escalation.md'),
    verdict: 'fail escalation_file_type',
  },
  {
    row: 29,
    scenario: 'escalation.md is a submodule',
    from: 'worked',
    change: (story) => stage(story, '160000', 'escalation.md', ''),
    verdict: 'fail escalation_file_type',
  },
  {
    row: 29,
    scenario: 'escalation.md is a folder',
    from: 'worked',
    change: (story) => {
      story.git('rm', '--quiet', '--cached', 'escalation.md')
      stage(story, '100644', 'escalation.md/x', 'HEAD:escalation.md')
    },
    verdict: 'fail escalation_file_type',
  },
  {
    row: 30,
    scenario: 'escalation.md renamed away',
    from: 'worked',
    change: (story) => {
      story.git('mv', 'escalation.md', 'request.md')
      story.push('Rename', {})
    },
    verdict: 'fail escalation_missing',
  },
  {
    row: 31,
    scenario: 'a twin in another case',
    from: 'worked',
    change: (story) => void story.push('Twin', { 'Escalation.MD': 'x' }),
    verdict: 'fail escalation_ambiguous',
  },
  {
    row: 31,
    scenario: 'a twin in another Unicode form',
    from: 'worked',
    change: (story) => void story.push('Twin', { 'ｅscalation.md': 'x' }),
    verdict: 'fail escalation_ambiguous',
  },
  {
    row: 32,
    scenario: 'escalation.md as it lies on the base',
    from: 'worked',
    change: ({ git, github: { world } }) => {
      const [asked] = world.commits.splice(0, 1)
      world.base = asked?.id ?? ''
      git('branch', '--force', 'main', world.base)
    },
    verdict: 'fail escalation_stale',
  },
  ...['.github/workflows/model-policy.yml', 'model-policy.yaml'].map((path): Scenario => ({
    row: 35,
    scenario: `edits ${path}`,
    from: 'worked',
    change: (story) => {
      story.push('Edit\n\nAI-Model: none', { [path]: 'version: 1\n' })
      approve(story)
    },
    verdict: 'needs-maintainer protected_path',
  })),
  {
    row: 35,
    scenario: 'edits CODEOWNERS, a maintainer reviewed this head',
    from: 'worked',
    change: (story) => {
      story.push('Edit\n\nAI-Model: none', { 'docs/CODEOWNERS': '* @main\n' })
      approve(story, maintainer)
      allow(story, maintainer, 'admin')
    },
    verdict: 'pass',
  },
  {
    row: 36,
    scenario: 'loosens the policy for itself',
    from: 'begun',
    change: (story) => {
      const loose = story.git('show', 'main:model-policy.yaml').replaceAll('"grant"', '"open"')
      story.push('Loosen\n\nAI-Model: none', { 'model-policy.yaml': loose })
      start(story)
    },
    verdict: 'fail approval_missing',
  },
  {
    row: 37,
    scenario: 'attributes hide sources, which are counted all the same',
    from: 'worked',
    change: (story) => {
      const long = 'export const x = 1\n'.repeat(1700)
      story.push('Hide\n\nAI-Model: none', { '.gitattributes': '*.ts -diff\n' })
      story.push(codex('Long'), { 'src/long.ts': long })
      approve(story)
    },
    verdict: 'needs-maintainer attributes_changed',
    tells: 'more than 400 changed lines',
  },
  {
    row: 38,
    scenario: 'more commits than the API lists for a pull request',
    from: 'worked',
    change: (story) => {
      pushMany(story, 260)
      approve(story)
    },
    verdict: 'pass',
  },
  {
    row: 38,
    scenario: 'more commits than GitHub tells of',
    from: 'worked',
    change: (story) => {
      pushMany(story, 260)
      approve(story)
      story.github.world.commits.length = 250
    },
    verdict: 'error github_incomplete',
  },
  {
    row: 39,
    scenario: 'the API counts no lines, git does',
    from: 'worked',
    change: (story) => {
      story.push(codex('Long'), { 'src/long.ts': 'export const x = 1\n'.repeat(1700) })
      approve(story)
    },
    verdict: 'pass',
    tells: 'more than 400 changed lines',
  },
  {
    row: 40,
    scenario: 'a sensitive file renamed to a plain path',
    from: 'begun',
    change: (story) => {
      story.git('mv', 'src/auth/login.ts', 'src/plain.ts')
      story.push(codex('Rename'), {})
    },
    verdict: 'fail approval_missing',
    tells: '"src/auth/login.ts" (**/auth/**)',
  },
  {
    row: 41,
    scenario: 'a sensitive path with all that git quotes',
    from: 'begun',
    change: (story) => {
      story.push(codex('Add'), { 'src/auth/a b"c\td\nü.ts': '1' })
    },
    verdict: 'fail approval_missing',
    tells: JSON.stringify('src/auth/a b"c\td\nü.ts'),
  },
  {
    row: 42,
    scenario: 'a symlink that points out of the repository',
    from: 'worked',
    change: (story) => {
      symlinkSync('../../etc/passwd', join(story.repository, 'src/link'))
      story.push(codex('Link'), {})
      approve(story)
    },
    verdict: 'needs-maintainer symlink_escapes',
  },
  {
    row: 43,
    scenario: 'a submodule',
    from: 'worked',
    change: (story) => {
      stage(story, '160000', 'vendor/x', '')
      approve(story)
    },
    verdict: 'needs-maintainer submodule_changed',
  },
  ...[
    'Squash (#4)\n\n* one\n\nAI-Model: gpt-5.3-codex\n\n* two\n\nProse after it.',
    'Subject\n\n---\n\nAssisted-by: Codex:gpt-5.3-codex',
    'Subject\n\n    Co-authored-by: Codex <noreply@openai.com>\n\nmore',
  ].map((message): Scenario => ({
    row: 44,
    scenario: `a mark in ${JSON.stringify(message.slice(9, 40))}`,
    from: 'begun',
    change: (story) => void start(story, message),
    verdict: 'fail approval_missing',
  })),
  {
    row: 45,
    scenario: 'Codex in prose only',
    from: 'begun',
    change: (story) => void start(story, 'Describe how Codex works'),
    verdict: 'neutral',
  },
  {
    row: 46,
    scenario: 'trailers stripped, a Codex bot pushed',
    from: 'begun',
    change: (story) => {
      start(story, 'Split the store')
      story.github.world.pushes.push({ by: codexBot, after: story.github.world.head })
    },
    verdict: 'fail approval_missing',
  },
  {
    row: 47,
    scenario: 'declares another model than its mark',
    from: 'worked',
    change: (story) => {
      start(story, 'x\n\nAI-Model: gpt-5-mini\nCo-authored-by: Codex <codex@openai.com>')
      approve(story)
    },
    verdict: 'fail attribution_contradictory',
  },
]
