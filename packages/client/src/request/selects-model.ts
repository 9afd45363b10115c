import { rememberWords } from './remember-words.ts'

/**
 * The names by which APIs and gateways let a request choose what answers, and how many objects and lists deep such a name still counts:
 * deeper it is a word of the caller's own data, such as a tool's input. Where one is new, this is the place to add it; docs/coverage.md says who reads which.
 */
const names: readonly { pattern: RegExp; deepest: number }[] = [
  // OpenAI, Anthropic, LiteLLM, OpenRouter, Vercel: `models`, `fallback_model`, `model_id`, `target_model_names`
  { pattern: /model(?:s|[ _.-]?(?:ids?|names?|slugs?|groups?|lists?))?$/, deepest: Infinity },
  // Azure's deployments, also in a gateway's list of targets; LiteLLM's fallbacks
  { pattern: /(?:deployment(?:s|[ _.-]?(?:ids?|names?))?|fallbacks?)$/, deepest: 3 },
  // OpenAI's engines of old, OpenRouter's presets and routes: in the body, or in the one that the line of a batch wraps
  { pattern: /^(?:engines?(?:[ _.-]?(?:id|name))?|presets?|route)$/, deepest: 1 },
]

/**
 * Whether a name selects what answers: a JSON key, a form field, a query parameter or a header, in any case and spelling.
 *
 * `depth` is how many objects and lists the name stands in.
 */
export function selectsModel(name: string, depth = 0): boolean {
  return depth <= deepestOf(name)
}

const deepestOf = rememberWords((name) => {
  const normal = name.normalize('NFKC').toLowerCase().trim()
  return names.find(({ pattern }) => pattern.test(normal))?.deepest ?? -1
})
