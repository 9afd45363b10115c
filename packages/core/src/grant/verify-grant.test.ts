import canonicalize from 'canonicalize'
import * as fc from 'fast-check'
import { CompactSign, SignJWT } from 'jose'
import { describe, expect, it } from 'vitest'
import { aPolicy, approvedWork, aRecord, manager, now } from '../../test/approved-work.ts'
import type { PolicyErrorCode } from '../errors/codes.ts'
import { PolicyError } from '../errors/policy-error.ts'
import { generateKeyPair, type KeyPair } from './generate-key-pair.ts'
import type { GrantClaims } from './grant.ts'
import { keyring } from './keyring.ts'
import type { PublicKeyRecord } from './keys.ts'
import { signGrant } from './sign-grant.ts'
import { verifyGrant, type VerifyGrantOptions } from './verify-grant.ts'

const { approver, claims, options } = await approvedWork()
const stranger = await generateKeyPair()
const token = await signGrant(claims, approver.privateJwk)

const codeOf = (work: Promise<unknown>): Promise<PolicyErrorCode | 'accepted' | 'other error'> =>
  work.then(
    () => 'accepted' as const,
    (error: unknown) => (PolicyError.is(error) ? error.code : 'other error'),
  )

const verify = (changed: string, changes: Partial<VerifyGrantOptions> = {}) =>
  codeOf(verifyGrant(changed, { ...options, ...changes }))

/** Sign whatever is given, as somebody who has the key but not our code would. */
async function signed(
  payload: unknown,
  {
    key = approver,
    header = {},
    text = canonicalize(payload) ?? '',
  }: { key?: KeyPair; header?: object; text?: string } = {},
): Promise<string> {
  return new CompactSign(new TextEncoder().encode(text))
    .setProtectedHeader({ alg: 'Ed25519', kid: key.kid, typ: 'model-grant+jwt', ...header })
    .sign(key.privateJwk)
}

const encoded = (value: unknown) =>
  Buffer.from(typeof value === 'string' ? value : (canonicalize(value) ?? '')).toString('base64url')

/** Put another header before the payload and signature of a good token. */
const withHeader = (header: unknown) => token.replace(/^[^.]+/, encoded(header))

const goodHeader = { alg: 'Ed25519', kid: approver.kid, typ: 'model-grant+jwt' }
const withKey = (changes: Partial<PublicKeyRecord>) => ({
  keys: keyring([aRecord(approver, { role: 'approver', ...changes })]),
})

describe('verifyGrant', () => {
  it('gives the claims of a good grant and the key that signed it', async () => {
    expect(await verifyGrant(token, options)).toEqual({ ...claims, kid: approver.kid })
  })

  it.each<[string, string | Promise<string>, PolicyErrorCode]>([
    ['the algorithm none', withHeader({ ...goodHeader, alg: 'none' }), 'grant_malformed'],
    ['no signature', `${token.split('.').slice(0, 2).join('.')}.`, 'grant_malformed'],
    [
      'HMAC with the public key as the secret',
      new SignJWT({ ...claims })
        .setProtectedHeader({ ...goodHeader, alg: 'HS256' })
        .sign(Buffer.from(approver.publicJwk.x, 'base64url')),
      'grant_malformed',
    ],
    ['the old name of the algorithm', withHeader({ ...goodHeader, alg: 'EdDSA' }), 'grant_malformed'],
    ['a key in the header', withHeader({ ...goodHeader, jwk: stranger.publicJwk }), 'grant_malformed'],
    [
      'a key address in the header',
      withHeader({ ...goodHeader, jku: 'https://evil.example' }),
      'grant_malformed',
    ],
    [
      'a certificate address in the header',
      withHeader({ ...goodHeader, x5u: 'https://evil.example' }),
      'grant_malformed',
    ],
    ['a critical extension', withHeader({ ...goodHeader, crit: ['b64'], b64: false }), 'grant_malformed'],
    ['an unencoded payload', withHeader({ ...goodHeader, b64: false }), 'grant_malformed'],
    ['no key id', withHeader({ alg: 'Ed25519', typ: 'model-grant+jwt' }), 'grant_malformed'],
    ['a key id that is a path', withHeader({ ...goodHeader, kid: '../../keys' }), 'grant_key_unknown'],
    ['another type', signed(claims, { header: { typ: 'JWT' } }), 'grant_malformed'],
    ['no type', withHeader({ alg: 'Ed25519', kid: approver.kid }), 'grant_malformed'],
    [
      'a header member twice',
      withHeader(`{"alg":"Ed25519","alg":"Ed25519","kid":"${approver.kid}","typ":"model-grant+jwt"}`),
      'grant_malformed',
    ],
    [
      'a payload member twice',
      signed(0, { text: `{"act":{"sub":"agent:x"},${canonicalize(claims)?.slice(1)}` }),
      'grant_malformed',
    ],
    ['a payload with spaces', signed(0, { text: JSON.stringify(claims, null, 1) }), 'grant_malformed'],
    ['a payload that is not JSON', signed(0, { text: 'claims' }), 'grant_malformed'],
    ['a payload that is a list', signed([claims]), 'grant_malformed'],
    ['padding', `${token}=`, 'grant_malformed'],
    ['four parts', `${token}.x`, 'grant_malformed'],
    ['more than 8 KB', `${token}${'A'.repeat(8192)}`, 'grant_malformed'],
    ['nothing', '', 'grant_malformed'],
    ['a key that is not listed', signed(claims, { key: stranger }), 'grant_key_unknown'],
    [
      'a listed key id over a strange key',
      signed(claims, { key: { ...stranger, kid: approver.kid } }),
      'grant_forged',
    ],
  ])('refuses %s', async (_name, changed, code) => {
    expect(await verify(await changed)).toBe(code)
  })

  const issuedAt = now / 1000
  const [detail] = claims.authorization_details
  const changed = (changes: object): object => ({ ...claims, ...changes })
  const without = (name: keyof GrantClaims): object => ({ ...claims, [name]: undefined })

  it.each<[string, object, PolicyErrorCode]>([
    ['another issuer', changed({ iss: 'github.com/acme/other' }), 'grant_issuer'],
    ['another ledger', changed({ aud: 'model-policy:led_01JD0000000000000000000001' }), 'grant_audience'],
    ['a list of audiences', changed({ aud: [claims.aud] }), 'grant_malformed'],
    ['no expiry', without('exp'), 'grant_malformed'],
    ['a far expiry', changed({ exp: claims.exp + 1 }), 'grant_lifetime'],
    ['a late issue with an early beginning', changed({ nbf: issuedAt - 60 }), 'grant_lifetime'],
    ['an expiry that is text', changed({ exp: String(claims.exp) }), 'grant_malformed'],
    ['a beginning in the future', changed({ nbf: issuedAt + 7 }), 'grant_not_yet_valid'],
    ['an issue in the future', changed({ iat: issuedAt + 7, nbf: issuedAt }), 'grant_not_yet_valid'],
    ['an unknown claim', changed({ scope: 'all' }), 'grant_malformed'],
    [
      'an unknown member of a detail',
      changed({ authorization_details: [{ ...detail, any: true }] }),
      'grant_malformed',
    ],
    [
      'an unknown type of detail',
      changed({ authorization_details: [{ ...detail, type: 'all' }] }),
      'grant_malformed',
    ],
    ['two details', changed({ authorization_details: [detail, detail] }), 'grant_malformed'],
    ['no detail', changed({ authorization_details: [] }), 'grant_malformed'],
    [
      'more calls than the policy allows',
      changed({ authorization_details: [{ ...detail, max_calls: 26 }] }),
      'grant_calls',
    ],
    ['a chosen id', changed({ jti: 'A'.repeat(43) }), 'grant_malformed'],
    ['a person the policy does not list', changed({ sub: 'github:7654321' }), 'grant_key_role'],
    ['the agent as its own approver', changed({ sub: 'agent:refactor-bot' }), 'grant_key_role'],
    [
      'a threshold by an approver',
      changed({ approval: { ...claims.approval, basis: 'threshold' } }),
      'approval_basis',
    ],
    [
      'another policy',
      changed({ approval: { ...claims.approval, policy: aPolicy({ basis: [] }).digest } }),
      'grant_policy',
    ],
  ])('refuses %s', async (_name, payload, code) => {
    expect(await verify(await signed(payload))).toBe(code)
  })

  it.each<[string, Partial<VerifyGrantOptions>, PolicyErrorCode | 'accepted' | 'other error']>([
    ['its last millisecond', { now: claims.exp * 1000 - 1 }, 'accepted'],
    ['the millisecond of its end', { now: claims.exp * 1000 }, 'grant_expired'],
    ['a clock 5 s behind', { now: now - 5000 }, 'accepted'],
    ['a clock further behind', { now: now - 5001 }, 'grant_not_yet_valid'],
    ['a revoked key', withKey({ revokedAt: '2026-11-22T12:00:01Z' }), 'grant_key_revoked'],
    ['a key revoked later', withKey({ revokedAt: '2026-11-22T12:00:02Z' }), 'accepted'],
    ['a key whose revocation does not parse', withKey({ revokedAt: 'never' }), 'grant_key_revoked'],
    ['a key not yet valid', withKey({ notBefore: '2026-11-22T12:00:06Z' }), 'grant_key_invalid'],
    ['a key no longer valid', withKey({ notAfter: '2026-11-22T12:00:00Z' }), 'grant_key_invalid'],
    ['a key whose validity does not parse', withKey({ notBefore: 'once' }), 'grant_key_invalid'],
    ['a policy signer', withKey({ role: 'signer' }), 'grant_key_role'],
    ['a measurer', withKey({ role: 'measurer' }), 'grant_key_role'],
    ['a minter, of somebody else', withKey({ role: 'minter', subject: 'ci' }), 'accepted'],
    ['an approver of somebody else', withKey({ subject: 'github:2' }), 'grant_key_role'],
    ['an approver in another persona', withKey({ personas: ['developer'] }), 'grant_key_role'],
    [
      'a source that gives another key',
      { keys: { find: async () => aRecord(stranger, { role: 'approver' }) } },
      'grant_key_unknown',
    ],
    ['a source that fails', { keys: { find: async () => Promise.reject(new Error('disk')) } }, 'other error'],
  ])('looks at %s', async (_name, changes, code) => {
    expect(await verify(token, changes)).toBe(code)
  })

  it('accepts no token with one character changed', async () => {
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.=+/ \n'
    await fc.assert(
      fc.asyncProperty(fc.nat(token.length - 1), fc.constantFrom(...alphabet), async (at, character) => {
        fc.pre(token[at] !== character)
        expect(await verify(token.slice(0, at) + character + token.slice(at + 1))).not.toBe('accepted')
      }),
    )
  })

  it.each(
    [...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'].filter(
      (last) => last !== token.at(-1),
    ),
  )('refuses %s as the last character of the signature', async (last) => {
    expect(await verify(token.slice(0, -1) + last)).not.toBe('accepted')
  })
})

const measurerKeys = (changes: Partial<PublicKeyRecord>) =>
  keyring([aRecord(approver, { role: 'measurer', subject: 'ci:measure', personas: [], ...changes })])

describe('a grant on a threshold', () => {
  const policy = aPolicy({ basis: ['approval', 'threshold'] })
  const measured = {
    ...claims,
    sub: 'ci:measure',
    approval: { ...claims.approval, basis: 'threshold' as const, policy: policy.digest },
  }
  it('counts by a measurer under a policy that allows it', async () => {
    expect(
      await verify(await signGrant(measured, approver.privateJwk), { policy, keys: measurerKeys({}) }),
    ).toBe('accepted')
  })

  it.each<[string, Partial<VerifyGrantOptions>, PolicyErrorCode]>([
    ['a minter', { policy, keys: measurerKeys({ role: 'minter' }) }, 'grant_key_role'],
    ['an approver', { policy, keys: measurerKeys({ role: 'approver' }) }, 'grant_key_role'],
    ['another measurer', { policy, keys: measurerKeys({ subject: 'ci:other' }) }, 'grant_key_role'],
  ])('refuses %s', async (_name, changes, code) => {
    expect(await verify(await signGrant(measured, approver.privateJwk), changes)).toBe(code)
  })

  it('gives a measurer no power over the basis approval', async () => {
    const claimed = {
      ...measured,
      sub: manager,
      approval: { ...measured.approval, basis: 'approval' as const },
    }
    const changes = { policy, keys: measurerKeys({ subject: manager }) }
    expect(await verify(await signGrant(claimed, approver.privateJwk), changes)).toBe('grant_key_role')
  })
})

describe('signGrant', () => {
  it('refuses what is not a grant', async () => {
    expect(await codeOf(signGrant({ ...claims, jti: 'x' }, approver.privateJwk))).toBe('grant_malformed')
  })

  it('refuses a token that no verifier would read', async () => {
    const [detail] = claims.authorization_details
    const long = { ...claims, authorization_details: [{ ...detail, paths: ['x'.repeat(8000)] }] as const }
    expect(await codeOf(signGrant(long, approver.privateJwk))).toBe('grant_malformed')
  })
})
