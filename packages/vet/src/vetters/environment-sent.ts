import type { Spot } from '../sarif/sarif-log.ts'
import type { VetFile } from '../vetter/vet-subject.ts'

const wholeEnvironment =
  /(?:JSON\.stringify|Object\.(?:entries|values|assign)|new URLSearchParams)\([^()]{0,80}\bprocess\.env\b(?!\s*[.[?])|\b(?:body|data|json|params|payload)\s*[:=]\s*process\.env\b(?!\s*[.[?])/
const network =
  /\bfetch\s*\(|\bsendBeacon\s*\(|\bnew\s+(?:WebSocket|XMLHttpRequest)\b|\bhttps?\s*\.\s*(?:request|get)\s*\(|\b(?:net|tls)\s*\.\s*(?:connect|createConnection)\s*\(|\bdns\s*\.\s*(?:resolve|lookup)\w*\s*\(|\baxios\b|\bgot\s*[.(]|\bundici\b/

/**
 * Places where a file hands the whole environment on and also talks to the network, one of both being new. `codeOnly` leaves of a script
 * what runs.
 */
export function environmentSent(
  { path, text = '', changedLines }: VetFile,
  codeOnly: (path: string, source: string) => string,
): Spot[] {
  if (!wholeEnvironment.test(text) || !network.test(text)) return []
  const lines = codeOnly(path, text)
    .split('\n')
    .map((content, index) => ({ line: index + 1, content: content.slice(0, 20_000) }))
  const reads = lines.filter(({ content }) => wholeEnvironment.test(content))
  const sends = lines.filter(({ content }) => network.test(content))
  const changed = [...reads, ...sends].find(({ line }) => changedLines.has(line))
  if (reads.length === 0 || sends.length === 0 || changed === undefined) return []
  return [
    {
      rule: 'environment-sent',
      path,
      line: changed.line,
      message: `the whole environment is handed on in line ${reads[0]?.line}, and line ${sends[0]?.line} talks to the network: name the variables that are needed`,
    },
  ]
}
