import { buildOf } from '../../tsup.config.ts'

export default buildOf([
  'src/index.ts',
  'src/testing.ts',
  'src/hash/sha256.node.ts',
  'src/hash/sha256.portable.ts',
])
