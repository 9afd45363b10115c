import { renderVerdict } from '../report/render-verdict.ts'
import type { Verdict } from '../verdict/verdict.ts'

/** What the comment with the verdict begins with. */
export const verdictMarker = '<!-- model-policy:verdict -->'

/** GitHub takes 65,536 characters. */
const longest = 60_000

/** The comment that tells a verdict: as many findings as it has room for, each whole, so that none is cut where it would come alive. */
export function verdictComment(verdict: Verdict, about: string): string {
  for (let most = verdict.findings.length; ; most -= 1) {
    const text = `${verdictMarker}\n${renderVerdict(verdict, about, Math.min(most, 40))}`
    if (text.length <= longest || most === 0) return text
  }
}
