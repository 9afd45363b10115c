import { describe, expect, it } from 'vitest'
import { PolicyError } from '../errors/policy-error.ts'
import { parsePolicy } from './parse-policy.ts'

const policy = `version: 1
enforcement: enforce
models:
  default: gpt-5-mini
  classes:
    standard: { access: open, audit: summary, models: [gpt-5-mini] }
    codex:
      access: grant
      models: [gpt-5.3-codex, "gpt-5*-codex*"]
      aliases: { gpt-codex-5.3: gpt-5.3-codex }
  unknown: deny
personas: [developer]
taskClasses:
  docs: { model: standard, about: routine documentation }
rules:
  - id: no-codex-for-docs
    when: { taskClass: docs, modelClass: codex, paths: "src/**", changedLines: { over: 400 } }
    then: deny
    because: documentation is low-demand work
thresholds: { changedLines: 400, sensitivePaths: ["**/auth/**"] }
escalation:
  basis: [approval]
  approvers: { people: [github:1] }
  grant: { expiresIn: 8h, maxCalls: 25 }
safety: { shell: authorize }
merge: { review: head }
`

async function refusal(text: string): Promise<PolicyError> {
  const result = await parsePolicy(text, { file: 'p.yaml' }).catch((error: unknown) => error)
  if (PolicyError.is(result)) return result
  throw new Error('the policy was taken, or refused with another kind of error')
}

const edited = (from: string, to: string) => {
  if (!policy.includes(from)) throw new Error(`the policy does not hold ${from}`)
  return policy.replace(from, to)
}

describe('a policy with one fault', () => {
  it('is taken without it', async () => {
    await expect(parsePolicy(policy)).resolves.toMatchObject({ document: { version: 1 } })
  })

  it.each([
    // a misspelt key in every section
    ['version: 1', 'verson: 1', '1:1', 'verson: there is no "verson" here; did you mean "version"?'],
    ['models:\n', 'model:\n', '3:1', 'model: there is no "model" here; did you mean "models"?'],
    ['  default:', '  defalt:', '4:3', 'models.defalt: there is no "defalt" here; did you mean "default"?'],
    [
      'audit: s',
      'audt: s',
      '6:31',
      'models.classes.standard.audt: there is no "audt" here; did you mean "audit"?',
    ],
    [
      'aliases',
      'alias',
      '10:7',
      'models.classes.codex.alias: there is no "alias" here; did you mean "aliases"?',
    ],
    ['personas', 'persona', '12:1', 'persona: there is no "persona" here; did you mean "personas"?'],
    [
      'taskClasses',
      'taskClases',
      '13:1',
      'taskClases: there is no "taskClases" here; did you mean "taskClasses"?',
    ],
    ['about', 'abuot', '14:28', 'taskClasses.docs.abuot: there is no "abuot" here; did you mean "about"?'],
    ['rules', 'rulez', '15:1', 'rulez: there is no "rulez" here; did you mean "rules"?'],
    ['because', 'becuase', '19:5', 'rules.0.becuase: there is no "becuase" here; did you mean "because"?'],
    [
      '{ taskClass',
      '{ taskclas',
      '17:13',
      'rules.0.when.taskclas: there is no "taskclas" here; did you mean "taskClass"?',
    ],
    [
      '{ over',
      '{ ovr',
      '17:82',
      'rules.0.when.changedLines.ovr: there is no "ovr" here; did you mean "over"?',
    ],
    ['thresholds', 'treshold', '20:1', 'treshold: there is no "treshold" here; did you mean "thresholds"?'],
    [
      'sensitiveP',
      'sensitivep',
      '20:34',
      'thresholds.sensitivepaths: there is no "sensitivepaths" here; did you mean "sensitivePaths"?',
    ],
    [
      'escalation',
      'escallation',
      '21:1',
      'escallation: there is no "escallation" here; did you mean "escalation"?',
    ],
    [
      'approvers',
      'aprovers',
      '23:3',
      'escalation.aprovers: there is no "aprovers" here; did you mean "approvers"?',
    ],
    [
      'people',
      'peple',
      '23:16',
      'escalation.approvers.peple: there is no "peple" here; did you mean "people"?',
    ],
    [
      'expiresIn',
      'expires',
      '24:12',
      'escalation.grant.expires: there is no "expires" here; did you mean "expiresIn"?',
    ],
    ['safety', 'safty', '25:1', 'safty: there is no "safty" here; did you mean "safety"?'],
    ['shell', 'shel', '25:11', 'safety.shel: there is no "shel" here; did you mean "shell"?'],
    ['merge', 'marge', '26:1', 'marge: there is no "marge" here; did you mean "merge"?'],
    ['review', 'reveiw', '26:10', 'merge.reveiw: there is no "reveiw" here; did you mean "review"?'],
    [
      'safety',
      'budget',
      '25:1',
      'budget: there is no "budget" here; known here: version, enforcement, models, personas, taskClasses, rules, thresholds, escalation, safety, merge',
    ],
    // a misspelt or mistaken value
    ['version: 1', 'version: 2', '1:10', 'version: expected 1, got 2'],
    [
      'ment: enforce',
      'ment: observ',
      '2:14',
      'enforcement: expected "enforce" or "observe", got "observ"; did you mean "observe"?',
    ],
    [
      'access: grant',
      'access: granted',
      '8:15',
      'models.classes.codex.access: expected "open" or "grant" or "deny", got "granted"; did you mean "grant"?',
    ],
    ['[gpt-5-mini]', '[]', '6:55', 'models.classes.standard.models: expected at least one model, got a list'],
    [
      '[gpt-5-mini]',
      '"gpt-5-mini"',
      '6:55',
      'models.classes.standard.models: expected a list, got "gpt-5-mini"; write it as a list: ["gpt-5-mini"]',
    ],
    [
      '[gpt-5-mini]',
      '["gpt 5"]',
      '6:56',
      'models.classes.standard.models.0: expected a model id, or a pattern in which * stands for any characters, got "gpt 5"',
    ],
    [
      'docs: {',
      'Docs: {',
      '14:3',
      'taskClasses.Docs: expected a name of lower-case words joined by hyphens, got "Docs"',
    ],
    [
      'then: deny',
      'then: dney',
      '18:11',
      'rules.0.then: expected "escalate" or "deny", got "dney"; did you mean "deny"?',
    ],
    [
      'over: 400',
      'over: -1',
      '17:88',
      'rules.0.when.changedLines.over: expected a whole number, 0 or more, got -1',
    ],
    [
      'over: 400',
      'over: "400"',
      '17:88',
      'rules.0.when.changedLines.over: expected a whole number, 0 or more, got "400"',
    ],
    [
      'expiresIn: 8h',
      'expiresIn: 8 hours',
      '24:23',
      'escalation.grant.expiresIn: expected a duration such as 90s, 30m, 8h or 7d, got "8 hours"',
    ],
    [
      'maxCalls: 25',
      'maxCalls: 0',
      '24:37',
      'escalation.grant.maxCalls: expected a whole number above 0, got 0',
    ],
    [
      '[github:1]',
      '[ada]',
      '23:25',
      'escalation.approvers.people.0: expected a person as kind:id, such as github:1234567, got "ada"',
    ],
    [
      'safety: { shell: authorize }',
      'safety:',
      '25:8',
      'safety: there is nothing here: expected a section with keys; fill it in or leave it out',
    ],
    // what contradicts itself
    [
      '"gpt-5*-codex*"',
      'gpt-5-mini',
      '9:31',
      'models.classes.codex.models.1: "gpt-5-mini" is a model of class "standard" and a model of class "codex"; leave it in one of them',
    ],
    [
      'gpt-codex-5.3:',
      'gpt-5-mini:',
      '10:18',
      'models.classes.codex.aliases.gpt-5-mini: "gpt-5-mini" is a model of class "standard" and an alias of class "codex"; leave it in one of them',
    ],
    [
      ': gpt-5.3-codex }',
      ': gpt-5-mini }',
      '10:33',
      'models.classes.codex.aliases.gpt-codex-5.3: "gpt-5-mini" is not a model of class "codex": class "standard" holds it; name one of the models of the class',
    ],
    [
      ': gpt-5.3-codex }',
      ': gpt-53-kodex }',
      '10:33',
      'models.classes.codex.aliases.gpt-codex-5.3: "gpt-53-kodex" is not a model of class "codex": no class holds it; did you mean "gpt-5.3-codex"?',
    ],
    [
      '[gpt-5-mini]',
      '[gpt-5-mini, "*"]',
      '6:68',
      'models.classes.standard.models.1: the pattern "*" in an open class could open a model that nobody meant; an open class lists ids, or what ids begin with and one * at the end, such as "gpt-5*"',
    ],
    [
      'default: gpt-5-mini',
      'default: gpt-5-mni',
      '4:12',
      'models.default: no class holds the model "gpt-5-mni"; did you mean "gpt-5-mini"?',
    ],
    [
      'default: gpt-5-mini',
      'default: gpt-codex-5.3',
      '4:12',
      'models.default: "gpt-codex-5.3" is an alias; write "gpt-5.3-codex"',
    ],
    [
      'model: standard',
      'model: standrd',
      '14:18',
      'taskClasses.docs.model: there is no model class "standrd"; did you mean "standard"?',
    ],
    [
      'taskClass: docs',
      'taskClass: dcs',
      '17:24',
      'rules.0.when.taskClass: there is no task class "dcs"; did you mean "docs"?',
    ],
    [
      'modelClass: codex',
      'modelClass: kodex',
      '17:42',
      'rules.0.when.modelClass: there is no model class "kodex"; did you mean "codex"?',
    ],
    [
      'taskClass: docs',
      'persona: develper',
      '17:22',
      'rules.0.when.persona: there is no persona "develper"; did you mean "developer"?',
    ],
    [
      'taskClass: docs',
      'persona: auditor',
      '17:22',
      'rules.0.when.persona: there is no persona "auditor"; add it to personas',
    ],
    [
      'taskClass: docs',
      'model: gpt-5.3-codx',
      '17:20',
      'rules.0.when.model: no class holds the model "gpt-5.3-codx"; did you mean "gpt-5.3-codex"?',
    ],
    [
      'taskClass: docs',
      'model: gpt-5-mini',
      '17:11',
      'rules.0.when: rule "no-codex-for-docs" never matches: gpt-5-mini is in class standard, not in codex; leave out model or modelClass',
    ],
    [
      '"src/**"',
      '"!src/**"',
      '17:56',
      'rules.0.when.paths: the glob "!src/**" says what not to match; list what it should match: a pattern with ! would cover files that nobody thought of',
    ],
    [
      '"src/**"',
      '"src/["',
      '17:56',
      'rules.0.when.paths: the glob "src/[" does not parse: Missing closing: "]" - use "\\\\]" to match literal characters; close every bracket, or put \\ before one that stands for itself',
    ],
    [
      'taskClass: docs',
      'branch: "!main"',
      '17:21',
      'rules.0.when.branch: the pattern "!main" says what not to match; list what the rule is about: only * is special here',
    ],
    [
      '"**/auth/**"',
      '"/auth/**"',
      '20:51',
      'thresholds.sensitivePaths.0: the glob "/auth/**" can match nothing: paths are relative to the repository\'s top; write "auth/**"',
    ],
    // YAML that a person did not mean
    [
      '"gpt-5*-codex*"',
      '*codex*',
      '9:31',
      'models.classes.codex.models.1: there is no anchor "codex*" before this; for the text itself, write "*codex*"',
    ],
    [
      '[github:1]',
      '[@ada]',
      '23:25',
      'escalation.approvers.people.0: Plain value cannot start with reserved character @; put the text in quotes',
    ],
    ['  basis', '\tbasis', '22:1', 'escalation: a tab is no indentation; indent with spaces'],
    ['rules:', 'rules: none\nx:', '15:8', 'rules: expected a list, got "none"'],
    // YAML that says two things, or too much
    [
      'merge:',
      'safety: { shell: deny }\nmerge:',
      '26:1',
      'safety: "safety" is given twice; keep one of them',
    ],
    [
      '{ review: head }',
      '{ review: head, review: any }',
      '26:24',
      'merge.review: "review" is given twice; keep one of them',
    ],
    [
      '{ review: head }',
      '*nothing',
      '26:8',
      'merge: there is no anchor "nothing" before this; for the text itself, write "*nothing"',
    ],
    ['{ review: head }', '!!js/function "x"', '26:8', 'merge: Unresolved tag: tag:yaml.org,2002:js/function'],
    ['merge:', '---\nmerge:', '26:1', 'safety.shell: a second document begins here; write one'],
    [
      '{ review: head }',
      '{ review: head',
      '27:1',
      'merge.review: Flow map in block collection must be sufficiently indented and end with a }',
    ],
    [
      '{ review: head }',
      '{ 1: head }',
      '26:10',
      'merge.1: there is no "1" here; known here: protectedBranches, checks, checkApps, vet, scanners, review, requireDeclaration',
    ],
    ['{ review: head }', '{ [a]: head }', '26:10', 'merge: this key is not a text'],
  ])('%j as %j is told at %s', async (from, to, place, message) => {
    const error = await refusal(edited(from, to))
    const lines = error.message.split('\n').map((one) => one.trim())
    expect(lines.find((line) => line === `p.yaml:${place}: ${message}`) ?? error.message).toBe(
      `p.yaml:${place}: ${message}`,
    )
    expect(error.code).toBe('policy_invalid')
    expect(error.place).toMatchObject({ file: 'p.yaml' })
  })

  it('says so when it is empty', async () => {
    expect((await refusal('# nothing yet\n')).message).toMatch(
      /^p.yaml:\d+:1: there is nothing here: expected a section with keys/,
    )
  })

  it('says so when it is too large', async () => {
    expect((await refusal(`${policy}${'#'.repeat(256 * 1024)}`)).message).toMatch(
      /has \d+ bytes; the most is 262144/,
    )
  })

  it('says so when two rules have one id', async () => {
    const rule = '  - { id: no-codex-for-docs, when: {}, then: deny, because: again }\nthresholds'
    expect((await refusal(edited('thresholds', rule))).message).toContain(
      'two rules are called "no-codex-for-docs"',
    )
  })

  it('says so when a task class names a class that lists only patterns', async () => {
    const patterns = edited('[gpt-5.3-codex, "gpt-5*-codex*"]', '["gpt-5*-codex*"]').replace(
      'model: standard',
      'model: codex',
    )
    expect((await refusal(patterns)).message).toContain('class "codex" lists only patterns')
  })

  it('stops aliases that blow up, and aliases of what holds them', async () => {
    const bomb = [
      'a: &a [x, x, x, x, x, x, x, x, x]',
      ...['b', 'c', 'd', 'e'].map((key, index) => {
        const last = 'abcd'.charAt(index)
        return `${key}: &${key} [${Array(9).fill(`*${last}`).join(', ')}]`
      }),
    ].join('\n')
    expect((await refusal(bomb)).message).toContain('alias')
    expect((await refusal('a: &a [*a]')).message).toContain('this contains itself')
    expect((await refusal(`a: &a 1\nb: [${Array(200).fill('*a').join(', ')}]`)).message).toContain(
      'more than 100 aliases',
    )
  })

  it('stops a nesting that no policy has', async () => {
    for (const text of ['['.repeat(5000), '- '.repeat(5000), `${'['.repeat(30)}${']'.repeat(30)}`]) {
      expect((await refusal(text)).message).toMatch(/nested (?:too deeply|deeper)/)
    }
  })
})
