import { condition, type Condition } from './condition.ts'

/** `modelClass`: the class of the model asked for. An unknown model counts as of every class. */
export const modelClass = (wanted: readonly string[]): Condition =>
  condition({
    name: 'modelClass',
    wants: wanted.join(' or '),
    read: ({ model }) => model.modelClass,
    holds: (name) => wanted.includes(name),
  })
