import { buildOf } from '../../tsup.config.ts'

export default buildOf(['src/index.ts', 'src/command-line.ts', 'src/testing.ts', 'src/main.ts'])
