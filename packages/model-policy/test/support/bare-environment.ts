/** All that a process gets of this one's environment: where programs lie, and what Node compiled for others of this run. */
export const bareEnvironment = {
  PATH: process.env['PATH'],
  NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'],
}
