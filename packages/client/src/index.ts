export type { Clock } from '@policy/core'
