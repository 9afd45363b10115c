import { execFileSync, spawnSync } from 'node:child_process'
import { createPublicKey } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { verifyJWS } from 'did-jwt'
import { describe, expect, it, onTestFinished } from 'vitest'
import { signGrant } from '../src/grant/sign-grant.ts'
import { approvedWork } from './approved-work.ts'

const { approver, claims } = await approvedWork()
const token = await signGrant(claims, approver.privateJwk)
const [header = '', payload = '', signature = ''] = token.split('.')
const changed = `${header}.${payload}.${signature.startsWith('A') ? 'B' : 'A'}${signature.slice(1)}`

describe('a grant', () => {
  const method = {
    id: approver.kid,
    type: 'JsonWebKey2020',
    controller: '',
    publicKeyJwk: approver.publicJwk,
  }

  it('is accepted by another JWT library', () => {
    expect(verifyJWS(token, method)).toBe(method)
    expect(JSON.parse(Buffer.from(payload, 'base64url').toString())).toEqual(claims)
    expect(() => verifyJWS(changed, method)).toThrow('Signature invalid')
  })

  const openssl = spawnSync('openssl', ['version']).status === 0
  it.skipIf(!openssl)(
    `is accepted by openssl${openssl ? '' : ' (skipped: there is no openssl here)'}`,
    () => {
      const folder = mkdtempSync(join(tmpdir(), 'grant-'))
      onTestFinished(() => rmSync(folder, { recursive: true }))
      const file = (name: string, content: string | Buffer) => {
        writeFileSync(join(folder, name), content)
        return join(folder, name)
      }
      const key = createPublicKey({ key: { ...approver.publicJwk }, format: 'jwk' })
      const verify = (of: string) =>
        execFileSync('openssl', [
          'pkeyutl',
          '-verify',
          '-rawin',
          '-pubin',
          '-inkey',
          file('key.pem', key.export({ type: 'spki', format: 'pem' })),
          '-in',
          file('signed', `${header}.${payload}`),
          '-sigfile',
          file('signature', Buffer.from(of, 'base64url')),
        ]).toString()
      expect(verify(signature)).toContain('Verified Successfully')
      expect(() => verify(changed.split('.')[2] ?? '')).toThrow('Command failed')
    },
  )
})
