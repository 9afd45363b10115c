import { existsSync, readFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { verifyLog } from '../src/index.ts'
import { openCheckpoint, parseCheckpoint, signCheckpoint } from '../src/note/checkpoint.ts'
import { parseSigner, parseVerifier } from '../src/note/key.ts'
import { openNote, signNote } from '../src/note/note.ts'
import { hasGrown, isIncluded } from '../src/tree/check-proof.ts'
import { growRange } from '../src/tree/compact-range.ts'
import {
  base64Of,
  bytesOf,
  emptyRoot,
  hashFromBase64,
  hashFromBytes,
  leafHash,
  nodeHash,
  type Hash,
} from '../src/tree/hashes.ts'
import { consistencyProof, inclusionProof, type RangeRoot } from '../src/tree/prove.ts'
import { temporaryFolder } from './support/log-fixture.ts'

const folder = join(import.meta.dirname, '../../../../shared/vectors')
const absent = !existsSync(folder)
const read = <Vectors>(name: string): Vectors =>
  JSON.parse(absent ? '{}' : readFileSync(join(folder, name), 'utf8')) as Vectors
const suite = describe.skipIf(absent)
const why = absent ? ' (skipped: no folder shared/vectors beside the repository)' : ''

const inHex = (hash: Hash) => bytesOf(hash).toString('hex')
const hex = (text: string) => Buffer.from(text, 'hex')

function rootOver(leaves: readonly Hash[]): Hash {
  const range = growRange()
  for (const leaf of leaves) range.push(leaf)
  return range.root()
}

interface MerkleVectors {
  hasher?: {
    desc: string
    hex: string
    leaf_hex?: string
    leaf_utf8?: string
    left_utf8?: string
    right_utf8?: string
  }[]
  tree: { leaves_hex: string[]; roots_hex_by_size_1_to_8: string[] }
  inclusion?: {
    file: string
    leafIdx: number | string
    treeSize: number
    root: string
    leafHash: string
    proof: string[] | null
    wantErr: boolean
  }[]
  consistency?: {
    file: string
    size1: number
    size2: number
    root1: string
    root2: string
    proof: string[] | null
    wantErr: boolean
  }[]
}

suite(`RFC 6962 vectors of transparency-dev/merkle${why}`, () => {
  const vectors = read<MerkleVectors>('rfc6962-merkle.json')

  it.each(vectors.hasher ?? [])(
    'hashes $desc',
    ({ hex: expected, leaf_hex, leaf_utf8, left_utf8, right_utf8 }) => {
      const leaf = leaf_hex === undefined ? Buffer.from(leaf_utf8 ?? '') : hex(leaf_hex)
      const isLeaf = leaf_hex !== undefined || leaf_utf8 !== undefined
      // A node's parts are of any length there; ours are always hashes, so those go by the definition.
      const node = () => growNode(left_utf8 ?? '', right_utf8 ?? '')
      const hashed = isLeaf ? leafHash(leaf) : left_utf8 === undefined ? emptyRoot : node()
      expect(inHex(hashed)).toBe(expected)
    },
  )

  it('has the roots of the tree of eight', () => {
    const leaves = vectors.tree.leaves_hex.map((leaf) => leafHash(hex(leaf)))
    const roots = leaves.map((_, index) => inHex(rootOver(leaves.slice(0, index + 1))))
    expect(roots).toEqual(vectors.tree.roots_hex_by_size_1_to_8)
  })

  it.each(vectors.inclusion ?? [])('$file', ({ leafIdx, treeSize, root, leafHash, proof, wantErr }) => {
    const claim = {
      leaf: hashFromBase64(leafHash),
      index: Number(leafIdx),
      size: treeSize,
      root: hashFromBase64(root),
    }
    expect(isIncluded({ ...claim, proof: (proof ?? []).map(hashFromBase64) })).toBe(!wantErr)
  })

  it.each(vectors.consistency ?? [])('$file', ({ size1, size2, root1, root2, proof, wantErr }) => {
    const older = { size: size1, root: hashFromBase64(root1) }
    const newer = { size: size2, root: hashFromBase64(root2) }
    expect(hasGrown({ older, newer, proof: (proof ?? []).map(hashFromBase64) })).toBe(!wantErr)
  })
})

function growNode(left: string, right: string): Hash {
  expect(Buffer.byteLength(left) + Buffer.byteLength(right)).toBe(8)
  return nodeHash(hashFromBytes(Buffer.from(left)), hashFromBytes(Buffer.from(right)))
}

interface NoteVectors {
  vkeys_good?: string[]
  vkeys_bad?: { vkey: string; why: string }[]
  sign: { skey: string; text: string; signed: string }
  vectors?: {
    desc: string
    note?: string
    note_b64?: string
    vkeys: string[]
    ok: boolean
    verified?: string[]
  }[]
}

suite(`signed-note vectors of C2SP and Go${why}`, () => {
  const vectors = read<NoteVectors>('signed-note.json')

  it.each(vectors.vkeys_good ?? [])('takes the key %s', (vkey) => {
    expect(vkey.startsWith(`${parseVerifier(vkey).name}+`)).toBe(true)
  })

  it.each(vectors.vkeys_bad ?? [])('refuses a key: $why', ({ vkey }) => {
    expect(() => parseVerifier(vkey)).toThrow(expect.objectContaining({ code: 'log_key' }))
  })

  it('signs byte for byte', () => {
    expect(signNote(vectors.sign.text, parseSigner(vectors.sign.skey))).toBe(vectors.sign.signed)
  })

  it.each(vectors.vectors ?? [])('$desc', ({ note, note_b64, vkeys, ok, verified }) => {
    const bytes = note === undefined ? Buffer.from(note_b64 ?? '', 'base64') : Buffer.from(note)
    const opened = openNote(bytes.toString(), vkeys.map(parseVerifier))
    expect(opened.type).toBe(ok ? 'opened' : 'refused')
    if (opened.type === 'opened') expect(opened.signedBy.map(({ name }) => name)).toEqual(verified)
  })
})

interface TlogVectors {
  record_hash?: { utf8: string; base64: string }[]
  checkpoint_parse: { note: string; origin: string; size: number }
  leaf_series: { roots: Record<string, string> }
}

suite(`tlog vectors of Go and C2SP${why}`, () => {
  const vectors = read<TlogVectors>('tlog.json')

  it.each(vectors.record_hash ?? [])('hashes the record $utf8', ({ utf8, base64: expected }) => {
    expect(base64Of(leafHash(Buffer.from(utf8)))).toBe(expected)
  })

  it('reads the checkpoint of the specification', () => {
    const { note, origin, size } = vectors.checkpoint_parse
    expect(parseCheckpoint(note.slice(0, note.indexOf('\n\n') + 1))).toMatchObject({ origin, size })
  })

  it('has the roots of the series', () => {
    for (const [size, expected] of Object.entries(vectors.leaf_series.roots)) {
      const leaves = Array.from({ length: Number(size) }, (_, index) =>
        leafHash(Buffer.from(`leaf ${index}`)),
      )
      expect(base64Of(rootOver(leaves)), size).toBe(expected)
    }
  })
})

interface CheckpointVectors {
  origin: string
  log_seed_hex: string
  log_vkey: string
  log_file: string
  leaf_hashes_hex: string[]
  checkpoints: Record<string, string>
  consistency_3_7_b64: string[]
  inclusion_4_of_7_b64: string[]
}

suite(`the worked example that Go and sigstore accept${why}`, () => {
  const vectors = read<CheckpointVectors>('audit-checkpoint.json')
  const leaves = () =>
    vectors.log_file
      .split('\n')
      .slice(0, -1)
      .map((line) => leafHash(Buffer.from(line)))
  const over: RangeRoot = async (from, to) => rootOver(leaves().slice(from, to))

  it('has its leaves, empty and torn lines among them', () => {
    expect(leaves().map((leaf) => inHex(leaf))).toEqual(vectors.leaf_hashes_hex)
  })

  it.each(['3', '7'])('signs and opens the checkpoint over %s lines', (size) => {
    const note = vectors.checkpoints[size] ?? ''
    const keyId = vectors.log_vkey.slice(vectors.origin.length + 1).split('+')[0]
    const seed = Buffer.concat([Buffer.of(1), hex(vectors.log_seed_hex)]).toString('base64')
    const signer = parseSigner(`PRIVATE+KEY+${vectors.origin}+${keyId}+${seed}`)
    const root = rootOver(leaves().slice(0, Number(size)))
    const signed = signCheckpoint({ origin: vectors.origin, size: Number(size), root }, signer)
    // The vector has a witness's signature after ours.
    expect(note.startsWith(signed)).toBe(true)
    expect(openCheckpoint(note, [parseVerifier(vectors.log_vkey)])).toMatchObject({
      checkpoint: { size: Number(size), root },
    })
  })

  it('has its proofs', async () => {
    const inclusion = await inclusionProof(over, 4, 7)
    const consistency = await consistencyProof(over, 3, 7)
    expect(inclusion.map(base64Of)).toEqual(vectors.inclusion_4_of_7_b64)
    expect(consistency.map(base64Of)).toEqual(vectors.consistency_3_7_b64)
  })

  it('matches its log, which only lacks the opening line', async () => {
    await using temporary = await temporaryFolder()
    const path = join(temporary.path, 'MODEL_AUDIT.log')
    await writeFile(path, vectors.log_file)
    const report = await verifyLog({
      path,
      vkey: vectors.log_vkey,
      checkpoint: vectors.checkpoints['7'] ?? '',
      atLeast: vectors.checkpoints['3'] ?? '',
    })
    expect(report).toMatchObject({
      faults: [{ code: 'log_altered', line: 1, message: expect.stringContaining('does not open') }],
      torn: { lines: [1, 2, 4, 5, 6, 7] },
      rollback: 'checked',
    })
  })
})
