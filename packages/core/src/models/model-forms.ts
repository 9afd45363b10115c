import { fold } from './fold.ts'

const snapshotDate = /-\d{4}-?(?:0[1-9]|1[0-2])-?(?:0[1-9]|[12]\d|3[01])$/

/** A model id without the date of its snapshot (`-2026-02-05` or `-20260205`), or `undefined` when it carries none. */
export function withoutSnapshotDate(name: string): string | undefined {
  const date = snapshotDate.exec(name)
  return date && date.index > 0 ? name.slice(0, date.index) : undefined
}

/** One way to read a model name, and what was taken off to read it so. */
export interface ModelForm {
  text: string
  by: 'spelling' | 'snapshot' | 'prefix' | 'fine-tune'
}

/**
 * Every way to read a name that could hide a gated model: folded, behind a provider's prefix, as the base of a
 * fine-tune, without a variant (`model:variant`, `model@version`), without a snapshot date.
 */
export function modelForms(name: string): ModelForm[] {
  const forms: ModelForm[] = [{ text: fold(name), by: 'spelling' }]
  const add = (text: string, by: ModelForm['by']) => {
    if (text !== '' && !forms.some((form) => form.text === text)) forms.push({ text, by })
  }
  // The list grows while it is walked, so that a prefix before a fine-tune of a snapshot is seen through as well.
  for (const { text, by } of forms) {
    const slash = text.indexOf('/')
    if (slash >= 0) add(text.slice(slash + 1), 'prefix')
    if (text.startsWith('ft:')) add(text.slice(3), 'fine-tune')
    const variant = text.slice(1).search(/[:@]/) + 1
    if (variant > 0 && !text.startsWith('ft:')) add(text.slice(0, variant), by === 'spelling' ? 'prefix' : by)
    const base = withoutSnapshotDate(text)
    if (base !== undefined) add(base, by === 'spelling' ? 'snapshot' : by)
  }
  return forms
}
