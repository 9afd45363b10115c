import { sdkPrototype, sending, unsupported, type SdkClient } from './sdk-client.ts'

/** Throws `client_unsupported` for a client that would send in another way than through its own `fetch`. */
export function assertOneWayOut(client: SdkClient): void {
  for (const method of sending) {
    if (!isOfSdk(client, method)) {
      throw unsupported(
        `its class replaces \`${method}\`, by which the SDK sends`,
        undefined,
        `Let the class leave ${method} alone: prepareOptions and prepareRequest change a request, the option \`fetch\` how it leaves.`,
      )
    }
  }
  const stray = strayResource(client, client, new Set())
  if (stray !== undefined) {
    throw unsupported(
      `its \`${stray}\` belongs to another client and would send through that one`,
      undefined,
      `Make it for the client itself, or let the class leave \`${stray}\` alone and wrap the other client too.`,
    )
  }
}

/** Whether a way to send is the SDK's: of its base class, or the one way that its Azure class has of its own. */
function isOfSdk(client: SdkClient, method: (typeof sending)[number]): boolean {
  const base = sdkPrototype(client)
  let at: object | null = client
  while (at !== null && !Object.hasOwn(at, method)) at = Object.getPrototypeOf(at) as object | null
  return at === base || (method === 'fetchWithAuth' && at !== null && isAzure(at, base))
}

// By its parts and not by its name, which bundlers change.
const azureParts = ['withOptions', 'buildRequest', 'authHeaders', 'fetchWithAuth']

const isAzure = (prototype: object, base: object | undefined): boolean =>
  Object.getPrototypeOf(prototype) === base && azureParts.every((part) => Object.hasOwn(prototype, part))

/** The first resource in a client that was made for another one, by its path (`chat.completions`). */
function strayResource(holder: object, client: SdkClient, seen: Set<unknown>): string | undefined {
  for (const [name, value] of Object.entries(holder) as [string, unknown][]) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, '_client')) continue
    if (seen.has(value)) continue
    seen.add(value)
    if ((value as { _client: unknown })._client !== client) return name
    const inner = strayResource(value, client, seen)
    if (inner !== undefined) return `${name}.${inner}`
  }
  return undefined
}
