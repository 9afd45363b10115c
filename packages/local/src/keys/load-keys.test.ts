import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { generateKeyPair, type PublicKeyRecord, renderKeys } from '@policy/core'
import { expect, it } from 'vitest'
import { scratchFolder } from '../../test/support/scratch-repository.ts'
import { loadKeys } from './load-keys.ts'

it('loadKeys finds keys by their id', async () => {
  const { kid, publicJwk } = await generateKeyPair()
  const record: PublicKeyRecord = {
    kid,
    role: 'minter',
    subject: 'ci:mint',
    key: publicJwk,
    personas: [],
    notBefore: '2026-01-01T00:00:00Z',
  }
  const folder = scratchFolder()
  writeFileSync(join(folder, 'keys.json'), renderKeys([record]))
  const keys = await loadKeys(folder)
  expect(await keys.find(kid)).toEqual(record)
  expect(await keys.find('other')).toBeUndefined()
  expect(keys.records).toEqual([record])
})

it('loadKeys refuses where there is no keys file, and one that is not in its form', async () => {
  const folder = scratchFolder()
  await expect(loadKeys(folder)).rejects.toMatchObject({ code: 'key_missing' })
  writeFileSync(join(folder, 'keys.json'), '{"version":1}')
  await expect(loadKeys(folder)).rejects.toMatchObject({ code: 'keys_invalid' })
})
