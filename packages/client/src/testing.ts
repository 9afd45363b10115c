export { scriptedUpstream, type ScriptedUpstream, type UpstreamStep } from './testing/scripted-upstream.ts'
export { answerLikeApi, type AnswerOptions, type UpstreamRequest } from './testing/answer.ts'
export {
  startLoopbackServer,
  type LoopbackServer,
  type LoopbackServerOptions,
} from './testing/loopback-server.ts'
export { memoryAuditLog, type MemoryAuditLog } from './testing/memory-audit-log.ts'
export {
  testAuthority,
  type TestAuthority,
  type TestAuthorityOptions,
  type TestGrantOptions,
} from './testing/test-authority.ts'
