import { countOf, PolicyError } from '@policy/core'
import { parseLine } from '../entry/parse-entry.ts'
import { readLines } from '../lines/read-lines.ts'
import { altered } from '../seal/log-fault.ts'
import { isIncluded } from '../tree/check-proof.ts'
import { base64Of, leafHash } from '../tree/hashes.ts'
import { inclusionProof } from '../tree/prove.ts'
import type { EntryProof, ProvenLine } from './evidence.ts'
import { withSealedTree, type SealedTree } from './sealed-tree.ts'

/** The entry to prove, by its line counted from 1 or by its id. */
export type ProveEntryOptions = { path: string } & ({ line: number } | { id: string })

/**
 * Prove one entry of a sealed log: the exact line, and the path from it to the root that the checkpoint signs.
 *
 * @throws {PolicyError} `log_missing` when log, seal or entry is not there; `log_altered` when the line is not the one that was sealed
 */
export async function proveEntry(options: ProveEntryOptions): Promise<EntryProof> {
  return withSealedTree(options.path, async (tree) => {
    for await (const { index, text } of sealedLines(options.path, tree.checkpoint.size)) {
      if ('line' in options ? index + 1 === options.line : isEntry(text, options.id)) {
        return { checkpoint: tree.note, ...(await proveLine(options.path, tree, index, text)) }
      }
    }
    const which = 'line' in options ? `line ${options.line}` : `entry ${options.id}`
    throw new PolicyError(
      'log_missing',
      `${options.path} has no ${which} among its ${countOf(tree.checkpoint.size, 'sealed line')}.`,
      {
        remedy: 'Look whether the entry is there, and seal the log if it is newer than its checkpoint.',
        place: { file: options.path },
      },
    )
  })
}

/** The proof of one line, checked before it is handed out. */
export async function proveLine(
  path: string,
  tree: SealedTree,
  index: number,
  line: string,
): Promise<ProvenLine> {
  const { size, root } = tree.checkpoint
  const proof = await inclusionProof(tree.rangeRoot, index, size)
  if (!isIncluded({ leaf: leafHash(Buffer.from(line)), index, size, root, proof })) {
    throw altered(path, `line ${index + 1} differs`)
  }
  return { index, line, proof: proof.map(base64Of) }
}

/** The first `size` lines of a log as text. */
export async function* sealedLines(
  path: string,
  size: number,
): AsyncGenerator<{ index: number; text: string }> {
  let index = 0
  for await (const { text } of readLines(path)) {
    if (index === size) return
    yield { index, text }
    index += 1
  }
}

function isEntry(line: string, id: string): boolean {
  if (!line.includes(id)) return false
  const parsed = parseLine(line)
  return parsed.type === 'entry' && parsed.event.id === id
}
