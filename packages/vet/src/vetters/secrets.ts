import { sarifLog, type Spot } from '../sarif/sarif-log.ts'
import type { Vetter } from '../vetter/vetter.ts'
import type { VetFile } from '../vetter/vet-subject.ts'

const rules = {
  secret: {
    severity: 'critical',
    about:
      'A credential in a file is known to everybody who reads the repository, for as long as its history lives.',
  },
} as const

/**
 * Keys, tokens and passwords, by the recommended rules of secretlint.
 *
 * Its comments that switch rules off are not obeyed, and no secret is repeated in the report.
 */
export const secrets: Vetter = {
  id: 'secrets',
  version: '1',
  applies: ({ files }) => files.some(hasNewText),
  async run({ files }) {
    const [{ lintSource }, preset] = await Promise.all([
      import('@secretlint/core'),
      import('@secretlint/secretlint-rule-preset-recommend'),
    ])
    const obeyed = preset.rules.filter(
      ({ meta }) => meta.id !== '@secretlint/secretlint-rule-filter-comments',
    )
    const config = {
      rules: obeyed.map((rule) => ({ id: rule.meta.id, rule, options: optionsOf(rule.meta.id) })),
    }
    const found = await Promise.all(
      files.filter(hasNewText).map(async ({ path, text = '' }) => {
        const source = {
          filePath: `/${path}`,
          content: text,
          ext: path.slice(path.lastIndexOf('.')),
          contentType: 'text' as const,
        }
        const { messages } = await lintSource({ source, options: { config, maskSecrets: true } })
        return [
          ...privateKeys(path, text),
          ...messages.map(({ loc, messageId }) => ({
            rule: 'secret',
            path,
            line: loc.start.line,
            endLine: loc.end.line,
            message: `this looks like a secret (${messageId}): take it out, and make it void where it counts`,
          })),
        ]
      }),
    )
    return sarifLog(secrets, rules, found.flat())
  },
}

// secretlint knows no key as short as those of elliptic curves, and no JSON Web Key (RFC 7517).
const pemKey =
  /-----BEGIN (?:[A-Z0-9]+ ){0,3}PRIVATE KEY-----(?:\\[rn]|[^\w-]){0,40}[A-Za-z0-9+/=]{40}(?:[A-Za-z0-9+/=\s]|\\[rn]){0,8000}/g
const jsonWebKey = /["']?\bd["']?\s{0,20}:\s{0,20}["'][\w-]{42,1400}["']/g

function privateKeys(path: string, text: string): Spot[] {
  const found = [
    ...[...text.matchAll(pemKey)].map(({ index, 0: { length } }) => ({ start: index, end: index + length })),
    ...[...text.matchAll(jsonWebKey)]
      .map(({ index, 0: { length } }) => ({ start: index, end: index + length }))
      .filter(({ start, end }) =>
        /["']?\bkty["']?\s{0,20}:/.test(text.slice(Math.max(0, start - 3000), end + 3000)),
      ),
  ]
  const lineAt = (offset: number) => text.slice(0, offset).split('\n').length
  return found.map(({ start, end }) => ({
    rule: 'secret',
    path,
    line: lineAt(start),
    endLine: lineAt(end),
    message: 'this looks like a private key: take it out, and make it void where it counts',
  }))
}

// The words that documentation and tests put where a password would stand.
const placeholders =
  '/:\\/\\/[\\w.-]{1,20}:(?:pass(?:word|wd)?|pw|p|token|secret|x{3,}|\\*{3,}|<[^>]*>|\\$\\{?\\w+\\}?)@/i'

const optionsOf = (rule: string) =>
  rule === '@secretlint/secretlint-rule-basicauth' ? { allows: [placeholders] } : {}

const hasNewText = ({ text, changedLines }: VetFile) => text !== undefined && changedLines.size > 0
