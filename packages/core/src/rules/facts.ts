import type { CallContext } from '../call/call-context.ts'
import type { ModelCall } from '../call/model-call.ts'
import type { EscalationReason } from '../escalation/escalation.ts'
import { fold } from '../models/fold.ts'
import type { ResolvedModel } from '../models/resolved-model.ts'

/**
 * What conditions look at, read once per call and model; `undefined` for whatever is not known.
 */
export interface Facts {
  persona: string | undefined
  taskClass: string | undefined
  agent: string | undefined
  repo: string | undefined
  branch: string | undefined
  endpoint: string | undefined
  paths: readonly string[] | undefined
  reasons: readonly EscalationReason[] | undefined
  tools: readonly string[]
  promptBytes: number
  changedLines: number | undefined
  changedFiles: number | undefined
  modules: number | undefined
  modelClass: string | undefined
  /** The model by the name asked for and by the provider's id. */
  model: readonly string[]
  /** What was claimed where the policy declares no such name. */
  undeclared: Readonly<Record<string, string | undefined>> | undefined
}

/** The names that a policy declares; a claim of any other says nothing. */
export interface DeclaredNames {
  personas: ReadonlySet<string>
  taskClasses: ReadonlySet<string>
}

/** Read what is known of a call and of one of its models. */
export function readFacts(
  call: ModelCall,
  context: CallContext,
  { asked, id, modelClass }: ResolvedModel,
  declared: DeclaredNames,
): Facts {
  const { persona, taskClass, reasons, change } = context
  const knownPersona = persona !== undefined && declared.personas.has(persona)
  const knownTaskClass = taskClass !== undefined && declared.taskClasses.has(taskClass)
  return {
    persona: knownPersona ? persona : undefined,
    taskClass: knownTaskClass ? taskClass : undefined,
    agent: textFact(context.agent),
    repo: textFact(context.repo),
    branch: textFact(context.branch),
    endpoint: textFact(call.endpoint),
    paths: touchedPaths(context),
    reasons: reasons?.length === 0 ? undefined : reasons,
    tools: call.tools,
    promptBytes: call.bodyBytes,
    changedLines: change?.changedLines,
    changedFiles: change?.changedFiles,
    modules: change?.modules.length,
    modelClass,
    model: asked === id ? [id] : [asked, id],
    undeclared:
      (knownPersona || !persona) && (knownTaskClass || !taskClass)
        ? undefined
        : { ...(knownPersona ? {} : { persona }), ...(knownTaskClass ? {} : { taskClass }) },
  }
}

/** Free text as a person would read it, so that spelling a name otherwise is no way round a rule. Empty text says nothing. */
const textFact = (text: string | undefined) => (text ? fold(text) : undefined)

/** Claimed and measured files together. A claim of no files says nothing; a measured change of none says a lot. */
function touchedPaths({ paths = [], change }: CallContext): readonly string[] | undefined {
  if (change === undefined) return paths.length === 0 ? undefined : paths
  return paths.length === 0 ? change.paths : [...paths, ...change.paths]
}
