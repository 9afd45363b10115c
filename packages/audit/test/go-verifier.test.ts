import { execFileSync, spawnSync } from 'node:child_process'
import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { proveConsistency, proveEntry, sealLog } from '../src/index.ts'
import { key, origin, temporaryFolder, writeLog } from './support/log-fixture.ts'

/** Where Debian's golang-golang-x-mod-dev puts Go's own `sumdb/note` and `sumdb/tlog`. */
const gopath = '/usr/share/gocode'
const present =
  existsSync(join(gopath, 'src/golang.org/x/mod/sumdb/tlog')) &&
  spawnSync('go', ['version'], { stdio: 'ignore' }).status === 0
const why = present ? '' : " (skipped: no Go with Debian's golang-golang-x-mod-dev)"

const frozen = (name: string) => join(import.meta.dirname, 'vectors/v1', name)

describe.skipIf(!present)(`Go's sumdb/note and sumdb/tlog${why}`, () => {
  let verifier = ''

  beforeAll(async () => {
    const folder = await temporaryFolder()
    verifier = join(folder.path, 'go-verifier')
    const source = join(import.meta.dirname, 'go-verifier/main.go')
    const env = {
      ...process.env,
      GOPATH: gopath,
      GO111MODULE: 'off',
      GOFLAGS: '',
      GOCACHE: join(folder.path, 'cache'),
    }
    execFileSync('go', ['build', '-o', verifier, source], { env, stdio: 'inherit' })
    return () => folder[Symbol.asyncDispose]()
  }, 180_000)

  const verify = (...input: string[]) => spawnSync(verifier, input, { encoding: 'utf8' })

  it('accept the frozen log, its checkpoint and proofs', () => {
    const vkey = readFileSync(frozen('vkey'), 'utf8').trim()
    const accepted = verify(
      frozen('log.jsonl'),
      frozen('checkpoint'),
      vkey,
      frozen('entry-proof.json'),
      frozen('consistency-proof.json'),
    )
    expect(accepted).toMatchObject({ status: 0, stderr: '' })
  })

  it('accept our checkpoint, root, inclusion and consistency proofs, and reject a one-byte edit of each', async () => {
    await using folder = await temporaryFolder()
    const file = (name: string) => join(folder.path, name)
    const path = file('MODEL_AUDIT.log')
    await writeLog(path, 700)
    const { checkpoint: earlier } = await sealLog({ path, key: key.skey, origin })
    appendFileSync(path, '\n{"specversion":"1.0","torn\nnaïve ☃\n')
    await writeLog(path, 500)
    await sealLog({ path, key: key.skey, origin })
    writeFileSync(file('entry'), JSON.stringify(await proveEntry({ path, line: 321 })))
    writeFileSync(file('growth'), JSON.stringify(await proveConsistency({ path, earlier })))
    const everything = () => verify(path, `${path}.checkpoint`, key.vkey, file('entry'), file('growth'))
    expect(everything()).toMatchObject({ status: 0, stderr: '' })

    const edits: [string, string, string][] = [
      [path, '"call-42"', '"call-43"'],
      [`${path}.checkpoint`, '\n1206\n', '\n1205\n'],
      [file('entry'), 'call-319', 'call-318'],
      [file('growth'), '"proof":["', '"proof":["AAAA'],
    ]
    for (const [edited, from, to] of edits) {
      const text = readFileSync(edited, 'utf8')
      expect(text).toContain(from)
      writeFileSync(edited, text.replace(from, to))
      expect(everything().status).toBe(1)
      writeFileSync(edited, text)
    }
    expect(everything().status).toBe(0)
  })
})
