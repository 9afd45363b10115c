// The names by which APIs and gateways let a request choose what answers. Where one of them is new, this is the place to add it;
// docs/coverage.md says who uses which.

/** OpenAI, Azure, Anthropic, LiteLLM, OpenRouter, Vercel: `model`, `models`, `fallback_model`, `model_id`, `target_model_names`, `model-group`. */
const model = /model(?:s|[ _.-]?(?:ids?|names?|slugs?|groups?|lists?))?$/

/** Azure's deployments, the old engines, LiteLLM's fallbacks, OpenRouter's presets and routes: words that callers' own data use as well. */
const routing =
  /(?:(?:engine|deployment)(?:s|[ _.-]?(?:ids?|names?|slugs?|groups?))?|fallbacks?|^presets?|^route)$/

/** How deep gateways read the words of {@link routing}; below that they are a caller's data, such as a tool's input. */
const routingDepth = 3

type Word = 'model' | 'routing' | 'other'

/**
 * Whether a name selects what answers: a JSON key, a form field, a query parameter or a header, in any case and spelling.
 *
 * `depth` is how many objects and lists the name stands in.
 */
export function selectsModel(name: string, depth = 0): boolean {
  const word = known.get(name) ?? learn(name)
  return word === 'model' || (word === 'routing' && depth <= routingDepth)
}

// A large body repeats a few keys thousands of times.
const known = new Map<string, Word>()
const [mostKnown, longestKnown] = [1024, 64]

function learn(name: string): Word {
  const normal = name.normalize('NFKC').toLowerCase().trim()
  const word = model.test(normal) ? 'model' : routing.test(normal) ? 'routing' : 'other'
  if (name.length <= longestKnown) {
    if (known.size >= mostKnown) known.clear()
    known.set(name, word)
  }
  return word
}
