import { describe, expect, it } from 'vitest'
import { faultsOfGate } from './lint-gate.ts'

const faults = (run: string) => [...faultsOfGate({ steps: [{ run }] }, 'gate')].map(([rule]) => rule)

describe('faultsOfGate', () => {
  it.each([
    'model-policy gate || true',
    'model-policy gate | tee verdict',
    'model-policy gate --wait 30; exit 0',
    'model-policy gate --wait 30 &',
    'model-policy gate --wait 30\nexit 0',
    'set +e\nmodel-policy gate\necho judged',
    '! model-policy gate',
    'if model-policy gate; then echo; fi',
    'if model-policy gate\nthen echo\nfi',
    'while model-policy gate\ndo break\ndone',
    'echo "$(model-policy gate)"',
    'true || model-policy gate',
    'model-policy \\\n  gate || true',
  ])('finds a failure that is caught: %j', (run) => expect(faults(run)).toEqual(['skippable-gate']))
  it.each([
    'model-policy gate',
    'set -x\nmodel-policy \\\n  gate --wait 30\n',
    'cd app && corepack yarn run -B model-policy gate --repository "$REPOSITORY" > verdict',
    'node --conditions=@policy/source packages/model-policy/src/main.ts gate --wait 30',
    'model-policy comment || true',
    'echo model-policy',
  ])('finds nothing wrong with %j', (run) => expect(faults(run)).toEqual([]))
})
