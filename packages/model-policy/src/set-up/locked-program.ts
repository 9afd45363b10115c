import { join } from 'node:path'
import { readText } from '@policy/local'

/** How a workflow comes to the `model-policy` that this repository has locked. */
export interface LockedProgram {
  /** Installs exactly what is locked, and runs none of its scripts. */
  install: string
  program: string
  /** What is yet to be done for this to work. */
  missing?: string
}

const bin = 'node_modules/.bin/model-policy'
const npm = { install: 'npm ci --ignore-scripts', program: bin }
const pnpm = { install: 'corepack pnpm install --frozen-lockfile --ignore-scripts', program: bin }
const yarnClassic = { install: 'corepack yarn install --frozen-lockfile --ignore-scripts', program: bin }
const yarn = {
  install: 'corepack yarn install --immutable --mode=skip-build',
  program: 'corepack yarn model-policy',
}

const lockFiles = [
  ['package-lock.json', () => npm],
  ['npm-shrinkwrap.json', () => npm],
  ['pnpm-lock.yaml', () => pnpm],
  ['yarn.lock', (text: string) => (text.includes('yarn lockfile v1') ? yarnClassic : yarn)],
] as const

/** The program that the lock file at the top of a working tree names; npm's where there is none yet. */
export async function lockedProgram(top: string): Promise<LockedProgram> {
  for (const [name, way] of lockFiles) {
    const text = await readText(join(top, name))
    if (text === undefined) continue
    if (!/\bmodel-policy\b/.test(text)) {
      return {
        ...way(text),
        missing: `${name} does not name model-policy: install it as a development dependency`,
      }
    }
    if (/file:(?:\.\.\/|\/)[^\s"']*model-policy/.test(text)) {
      return {
        ...way(text),
        missing: `${name} takes model-policy from outside the repository, where the workflow finds nothing: install it from a folder inside, such as vendor/`,
      }
    }
    return way(text)
  }
  return {
    ...npm,
    missing:
      'no lock file names model-policy: the workflow runs what package-lock.json locks (npm install --save-dev)',
  }
}
