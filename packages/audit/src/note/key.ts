import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
} from 'node:crypto'
import { PolicyError, type PrivateJwk } from '@policy/core'

/** Ed25519, as the first byte of a key in C2SP signed-note. */
const ed25519 = 1

/** A key that verifies notes. */
export interface Verifier {
  name: string
  /** The first four bytes of SHA-256 over name, LF, algorithm and key. */
  id: Buffer
  key: KeyObject
}

/** A key that signs notes. */
export interface Signer extends Verifier {
  privateKey: KeyObject
}

/** The two texts of a log key, as C2SP signed-note and Go's `sumdb/note` write them. */
export interface LogKey {
  /** Public: what verifiers are given, ahead and by another way than the log. */
  vkey: string
  /** Private: for the sealer alone, never in a process that writes the log. */
  skey: string
}

/** Make a log key. `name` is the log's origin, such as `github.com/acme/app/model-audit`. */
export function generateLogKey(name: string): LogKey {
  return logKeyOf(name, generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' }) as PrivateJwk)
}

/**
 * The log key that an Ed25519 key is under a name: one private key format, written as a note key where a log needs it.
 *
 * @throws {PolicyError} `log_key` when the name has spaces or a plus, or the key is not an Ed25519 key
 */
export function logKeyOf(name: string, key: PrivateJwk): LogKey {
  const [x, d] = [Buffer.from(key.x, 'base64url'), Buffer.from(key.d, 'base64url')]
  if (!isKeyName(name)) throw badKey('name', 'A log key name has no spaces and no "+"')
  if (key.crv !== 'Ed25519' || x.length !== 32 || d.length !== 32)
    throw badKey('key', 'A log key is an Ed25519 key')
  const id = keyId(name, x).toString('hex')
  const skey = `PRIVATE+KEY+${name}+${id}+${tagged(d)}`
  return { vkey: vkeyOf(parseSigner(skey)), skey }
}

/** The public text of a key. */
export function vkeyOf({ name, key }: Verifier): string {
  return verifierKey(name, { x: rawPublic(key).toString('base64url') })
}

/**
 * An Ed25519 public key as the text that verifiers of notes are given (C2SP signed-note). `key.x` is base64url, as in a JWK.
 *
 * @throws {PolicyError} `log_key` when the name has spaces or a plus
 */
export function verifierKey(name: string, { x }: { x: string }): string {
  if (!isKeyName(name)) throw badKey('name', 'A log key name has no spaces and no "+"')
  const key = Buffer.from(x, 'base64url')
  return `${name}+${keyId(name, key).toString('hex')}+${tagged(key)}`
}

/** Read a public log key. @throws {PolicyError} `log_key` when it is not one */
export function parseVerifier(vkey: string): Verifier {
  const [, name = '', hex = '', key = ''] = /^([^+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/]+=*)$/.exec(vkey) ?? []
  const bytes = untagged(key)
  if (!isKeyName(name) || !bytes || keyId(name, bytes).toString('hex') !== hex) {
    throw badKey('vkey', 'This is not a public log key')
  }
  return { name, id: keyId(name, bytes), key: publicKeyOf(bytes) }
}

/** Read a private log key. @throws {PolicyError} `log_key` when it is not one */
export function parseSigner(skey: string): Signer {
  const [, name = '', hex = '', seed = ''] =
    /^PRIVATE\+KEY\+([^+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/]+=*)$/.exec(skey) ?? []
  const bytes = untagged(seed)
  if (!isKeyName(name) || !bytes) throw badKey('key', 'This is not a private log key')
  const privateKey = createPrivateKey({ key: Buffer.concat([pkcs8, bytes]), format: 'der', type: 'pkcs8' })
  const key = createPublicKey(privateKey)
  const id = keyId(name, rawPublic(key))
  if (id.toString('hex') !== hex) throw badKey('key', 'The private log key does not fit its own id')
  return { name, id, key, privateKey }
}

/** Whether a text can name a key (C2SP signed-note): not empty, no Unicode space, no plus. */
export function isKeyName(name: string): boolean {
  return name !== '' && !/[\s\u0085+]/u.test(name) && name.isWellFormed()
}

function keyId(name: string, key: Buffer): Buffer {
  return createHash('sha256')
    .update(`${name}\n`)
    .update(Buffer.of(ed25519))
    .update(key)
    .digest()
    .subarray(0, 4)
}

const tagged = (bytes: Buffer) => Buffer.concat([Buffer.of(ed25519), bytes]).toString('base64')

/** The 32 bytes of a tagged Ed25519 key, or `undefined` when it is anything else. */
function untagged(text: string): Buffer | undefined {
  const bytes = Buffer.from(text, 'base64')
  return bytes.length === 33 && bytes[0] === ed25519 && bytes.toString('base64') === text
    ? bytes.subarray(1)
    : undefined
}

// The fixed beginnings of a DER-encoded Ed25519 key (RFC 8410); the 32 bytes follow.
const spki = Buffer.from('302a300506032b6570032100', 'hex')
const pkcs8 = Buffer.from('302e020100300506032b657004220420', 'hex')

const publicKeyOf = (bytes: Buffer) =>
  createPublicKey({ key: Buffer.concat([spki, bytes]), format: 'der', type: 'spki' })

function rawPublic(key: KeyObject): Buffer {
  return Buffer.from(String(key.export({ format: 'jwk' }).x), 'base64url')
}

function badKey(which: string, fact: string): PolicyError {
  return new PolicyError('log_key', `${fact}: ${which} has another form.`, {
    remedy: 'Use the texts that generateLogKey() returns.',
    place: { path: which },
  })
}
