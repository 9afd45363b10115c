import { readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { key, origin, temporaryFolder, writeLog } from '../../test/support/log-fixture.ts'
import { escalation, sampleRecords } from '../../test/support/sample-records.ts'
import { createAuditLog } from '../log/create-audit-log.ts'
import { generateLogKey } from '../note/key.ts'
import { sealLog } from '../seal/seal-log.ts'
import { fileSink } from '../sinks/file-sink.ts'
import { gatherEvidence } from './gather-evidence.ts'
import { proveConsistency } from './prove-consistency.ts'
import { proveEntry } from './prove-entry.ts'
import { verifyConsistency, verifyEvidence } from './verify-evidence.ts'

async function sealedLog(folder: { path: string }): Promise<{ path: string; checkpoint: string }> {
  const path = join(folder.path, 'MODEL_AUDIT.log')
  await writeLog(path, 3)
  {
    await using log = createAuditLog({ sinks: [fileSink({ path })], origin })
    for (const record of sampleRecords) await log.record(record)
  }
  const { checkpoint } = await sealLog({ path, key: key.skey, origin })
  return { path, checkpoint }
}

describe('evidence', () => {
  it('proves one entry by its line and by its id', async () => {
    await using folder = await temporaryFolder()
    const { path } = await sealedLog(folder)
    const byLine = await proveEntry({ path, line: 3 })
    expect(byLine.line).toContain('call-1')
    const { id } = JSON.parse(byLine.line) as { id: string }
    expect(await proveEntry({ path, id })).toEqual(byLine)
    expect(await verifyEvidence(byLine, { vkey: key.vkey })).toMatchObject({
      type: 'verified',
      events: [{ id }],
    })
  })

  it('gathers what belongs to one escalation', async () => {
    await using folder = await temporaryFolder()
    const { path } = await sealedLog(folder)
    const evidence = await gatherEvidence({ path, escalation })
    const report = await verifyEvidence(JSON.parse(JSON.stringify(evidence)), { vkey: key.vkey })
    expect(report).toMatchObject({ type: 'verified' })
    expect(report.type === 'verified' && report.events).toHaveLength(9)
  })

  it('does not verify when a line, a proof, the checkpoint or the key is another', async () => {
    await using folder = await temporaryFolder()
    const { path } = await sealedLog(folder)
    const proof = await proveEntry({ path, line: 3 })
    const other = generateLogKey(origin)
    const { vkey } = key
    expect(
      await verifyEvidence({ ...proof, line: proof.line.replace('call-1', 'call-2') }, { vkey }),
    ).toMatchObject({
      faults: [{ code: 'log_altered', line: 3 }],
    })
    expect(await verifyEvidence({ ...proof, index: 3 }, { vkey })).toMatchObject({
      faults: [{ code: 'log_altered' }],
    })
    expect(await verifyEvidence({ ...proof, proof: [] }, { vkey })).toMatchObject({
      faults: [{ code: 'log_altered' }],
    })
    expect(await verifyEvidence(proof, { vkey: other.vkey })).toMatchObject({ faults: [{ code: 'log_key' }] })
    expect(await verifyEvidence(proof, { vkey, origin: 'example.com/other' })).toMatchObject({
      faults: [{ code: 'log_key' }],
    })
    expect(await verifyEvidence({ evidence: 2 }, { vkey })).toMatchObject({
      faults: [{ code: 'evidence_malformed' }],
    })
  })

  it('is not made from an altered log, stored hashes that do not add up, or a log that is not sealed', async () => {
    await using folder = await temporaryFolder()
    const { path } = await sealedLog(folder)
    await expect(proveEntry({ path, line: 99 })).rejects.toMatchObject({ code: 'log_missing' })
    await writeFile(path, (await readFile(path, 'utf8')).replace('call-1', 'call-2'))
    await expect(proveEntry({ path, line: 3 })).rejects.toMatchObject({ code: 'log_altered' })
    const leaves = await readFile(`${path}.leaves`)
    leaves[0] = (leaves[0] ?? 0) ^ 1
    await writeFile(`${path}.leaves`, leaves)
    await expect(proveEntry({ path, line: 4 })).rejects.toMatchObject({ code: 'log_altered' })
    await rm(`${path}.leaves`)
    await expect(proveEntry({ path, line: 4 })).rejects.toMatchObject({ code: 'log_missing' })
  })

  it('shows that a log has only grown, and refuses one that has not', async () => {
    await using folder = await temporaryFolder()
    const { path, checkpoint } = await sealedLog(folder)
    await writeLog(path, 3)
    await sealLog({ path, key: key.skey, origin })
    const proof = await proveConsistency({ path, earlier: checkpoint })
    expect(await verifyConsistency(proof, { vkey: key.vkey })).toMatchObject({ type: 'verified' })
    expect(
      await verifyConsistency({ ...proof, proof: proof.proof.slice(1) }, { vkey: key.vkey }),
    ).toMatchObject({
      faults: [{ code: 'log_rolled_back' }],
    })
    await using another = await temporaryFolder()
    const stranger = await sealedLog(another)
    await expect(proveConsistency({ path: stranger.path, earlier: proof.checkpoint })).rejects.toMatchObject({
      code: 'log_rolled_back',
    })
    await expect(proveConsistency({ path, earlier: stranger.checkpoint })).rejects.toMatchObject({
      code: 'log_altered',
    })
  })
})
