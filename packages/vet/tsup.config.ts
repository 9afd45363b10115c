import { buildOf } from '../../tsup.config.ts'

export default buildOf(['src/index.ts'])
