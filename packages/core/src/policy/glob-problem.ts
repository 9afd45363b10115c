import picomatch from 'picomatch/posix.js'

/** What is wrong with a path glob and what to write instead, or `undefined` when it can be used. */
export function globProblem(glob: string): { message: string; remedy: string } | undefined {
  if (/(?:^|[^\\])!\(|^!/.test(glob)) {
    return {
      message: `the glob ${JSON.stringify(glob)} says what not to match`,
      remedy: 'list what it should match: a pattern with ! would cover files that nobody thought of',
    }
  }
  if (/^\.{0,2}\//.test(glob)) {
    return {
      message: `the glob ${JSON.stringify(glob)} can match nothing: paths are relative to the repository's top`,
      remedy: `write ${JSON.stringify(glob.replace(/^[./]+/, ''))}`,
    }
  }
  try {
    picomatch.makeRe(glob, { dot: true, strictBrackets: true })
    return undefined
  } catch (error) {
    return {
      message: `the glob ${JSON.stringify(glob)} does not parse: ${error instanceof Error ? error.message : String(error)}`,
      remedy: 'close every bracket, or put \\ before one that stands for itself',
    }
  }
}
