const begin = '<!-- model-policy -->'

/** What a pull-request template asks about models: a marked section, so that it is added once. */
export const templateSection: readonly string[] = [
  begin,
  '## Models',
  '',
  '- [ ] No model made any of these commits, or only models that need no approval did.',
  '- [ ] A model that needs approval made some of them: `escalation.md` is approved, these commits carry the lines that',
  '      `model-policy trailer` prints, and `.model-policy/evidence/` holds what `model-policy audit evidence` wrote.',
  '<!-- /model-policy -->',
]

/** Whether a template has the section already, in whatever words. */
export const hasTemplateSection = (template: string): boolean => template.includes(begin)
