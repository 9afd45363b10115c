/** A sign that a model made a commit, or that one took part in a pull request. */
export interface ModelMark {
  /** Strong marks decide; weak ones are only told. */
  strength: 'strong' | 'weak'
  kind: 'trailer' | 'identity' | 'push' | 'evidence' | 'branch' | 'prose'
  /** The commit that carries it; `undefined` when the whole pull request does. */
  commit: string | undefined
  /** The model as named; `undefined` when the mark does not name one. */
  model: string | undefined
  /** The tool as named, such as `Codex`. */
  tool: string | undefined
  /** The mark itself, as a person would find it. */
  saw: string
}
