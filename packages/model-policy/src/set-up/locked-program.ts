import { join } from 'node:path'
import { readText } from '@policy/local'

/** How a workflow comes to the `model-policy` that this repository has locked. */
export interface LockedProgram {
  /** Installs exactly what is locked, and runs none of its scripts. */
  install: string
  program: string
  /** What is yet to be done for this to work. */
  missing?: { saw: string; fix: string }
}

const bin = 'node_modules/.bin/model-policy'
const npm = { install: 'npm ci --ignore-scripts', program: bin }
const pnpm = {
  install: 'corepack pnpm install --frozen-lockfile --ignore-scripts --ignore-pnpmfile',
  program: bin,
}
const yarnClassic = { install: 'corepack yarn install --frozen-lockfile --ignore-scripts', program: bin }
const yarn = {
  install: 'corepack yarn install --immutable --mode=skip-build',
  // `yarn model-policy` would prefer a script of that name in package.json.
  program: 'corepack yarn run -B model-policy',
}

const lockFiles = [
  ['package-lock.json', 'npm', () => npm],
  ['npm-shrinkwrap.json', 'npm', () => npm],
  ['pnpm-lock.yaml', 'pnpm', () => pnpm],
  ['yarn.lock', 'yarn', (text: string) => (text.includes('yarn lockfile v1') ? yarnClassic : yarn)],
] as const

/** The program that the lock file at the top of a working tree names; npm's where there is none yet. */
export async function lockedProgram(top: string): Promise<LockedProgram> {
  for (const [name, manager, way] of lockFiles) {
    const text = await readText(join(top, name))
    if (text === undefined) continue
    if (!/\bmodel-policy\b/.test(text)) {
      const missing = {
        saw: `${name} does not name model-policy`,
        fix: `${adding[manager]}, and commit ${name}`,
      }
      return { ...way(text), missing }
    }
    if (/file:(?:\.\.\/|\/)[^\s"']*model-policy/.test(text)) {
      const saw = `${name} takes model-policy from outside the repository, where the workflow finds nothing`
      return { ...way(text), missing: { saw, fix: 'install it from a folder inside, such as vendor/' } }
    }
    if (manager !== 'npm' && !(await namesManager(top, manager))) {
      const saw = `package.json names no packageManager: the workflow takes whichever ${manager} is the newest`
      const fix = `say which in package.json: "packageManager": "${manager}@<version>", as ${manager} --version prints it`
      return { ...way(text), missing: { saw, fix } }
    }
    return way(text)
  }
  const saw = 'no lock file at the top of the repository names model-policy'
  return { ...npm, missing: { saw, fix: `${adding.npm} there, and commit package-lock.json` } }
}

const adding = {
  npm: 'npm install --save-dev model-policy',
  pnpm: 'pnpm add --save-dev model-policy',
  yarn: 'yarn add --dev model-policy',
}

/** Whether the repository says which version of a package manager is its own: by what corepack reads, or by Yarn's own file in the tree. */
async function namesManager(top: string, manager: 'pnpm' | 'yarn'): Promise<boolean> {
  const manifest = (await readText(join(top, 'package.json'))) ?? ''
  if (new RegExp(String.raw`"packageManager"\s*:\s*"${manager}@\d+\.\d+\.\d+`).test(manifest)) return true
  return manager === 'yarn' && /^yarnPath:/m.test((await readText(join(top, '.yarnrc.yml'))) ?? '')
}
