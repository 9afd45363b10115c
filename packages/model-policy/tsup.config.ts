import { buildOf } from '../../tsup.config.ts'

export default buildOf(['src/index.ts', 'src/command-line.ts', 'src/main.ts'])
