import { execFile, execFileSync } from 'node:child_process'
import {
  globSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { bareEnvironment } from './bare-environment.ts'

const workspace = join(import.meta.dirname, '../../../..')

const newest = (pattern: string) =>
  Math.max(0, ...globSync(pattern, { cwd: workspace }).map((path) => statSync(join(workspace, path)).mtimeMs))

/** Why the packed CLI cannot be run: what is packed is what was built. `undefined` when it can. */
export const whyNotPacked: string | undefined = (() => {
  const [source, built] = [newest('packages/*/src/**/*.ts'), newest('packages/model-policy/dist/main.js')]
  if (built === 0) return 'nothing is built: run `pnpm build` first'
  return built < source ? 'what is built is older than its sources: run `pnpm build` first' : undefined
})()

/** A program as users get it, run as a process of its own in a folder with nothing of the workspace around it. */
export interface Program {
  run(
    argv: readonly string[],
    options: { cwd: string; env: Readonly<Record<string, string>> },
  ): Promise<{ code: number | null; out: string; err: string }>
}

/** Programs as users get them. */
export interface Programs extends Disposable {
  /** The CLI from its tarball, `undefined` when {@link whyNotPacked} says why. */
  cli: Program | undefined
  /** The Action's one file; takes a command line too, and hands it over as a step's inputs. */
  action: Program
}

/** Pack and install the CLI, and bundle the Action. */
export function packedPrograms(): Programs {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'model-policy-packed-')))
  const bundle = join(folder, 'action.mjs')
  execFileSync(process.execPath, [join(workspace, 'tools/build-action.ts'), bundle])
  const program = (script: string, inputsOf: (argv: readonly string[]) => Record<string, string>) => ({
    run: (argv: readonly string[], { cwd, env }: { cwd: string; env: Readonly<Record<string, string>> }) => {
      const inputs = inputsOf(argv)
      const words = Object.keys(inputs).length === 0 ? argv : []
      const options = { cwd, env: { ...bareEnvironment, HOME: folder, ...inputs, ...env } }
      return new Promise<{ code: number | null; out: string; err: string }>((resolve) => {
        const child = execFile(process.execPath, [script, ...words], options, (_error, out, err) =>
          resolve({ code: child.exitCode, out, err }),
        )
      })
    },
  })
  return {
    cli: whyNotPacked === undefined ? program(installCli(folder), () => ({})) : undefined,
    action: program(bundle, ([command = '', ...words]) => ({
      INPUT_COMMAND: command,
      INPUT_ARGUMENTS: words.join('\n'),
    })),
    [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }),
  }
}

function link(target: string, path: string): void {
  mkdirSync(dirname(path), { recursive: true })
  symlinkSync(realpathSync(target), path)
}

/**
 * Install the tarballs of all packages into an empty folder, and give the CLI's script.
 *
 * No registry is asked: packages of others come from the workspace, each only where a package's own manifest names it.
 */
function installCli(folder: string): string {
  const pack = ['--recursive', '--filter', './packages/*', 'pack', '--pack-destination', folder]
  execFileSync('npx', ['-y', 'pnpm@12.21.0', ...pack], { cwd: workspace, stdio: 'pipe' })
  const modules = join(folder, 'node_modules')
  for (const name of readdirSync(join(workspace, 'packages'))) {
    const own = name === 'model-policy' ? name : `@policy/${name}`
    const installed = join(modules, own)
    const [tarball = ''] = globSync(`${own.replace('@', '').replace('/', '-')}-[0-9]*.tgz`, { cwd: folder })
    mkdirSync(installed, { recursive: true })
    execFileSync('tar', ['-xzf', join(folder, tarball), '-C', installed, '--strip-components=1'])
    const { dependencies = {} } = JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8')) as {
      dependencies?: Record<string, string>
    }
    for (const dependency of Object.keys(dependencies).filter((one) => !one.startsWith('@policy/'))) {
      link(
        join(workspace, 'packages', name, 'node_modules', dependency),
        join(installed, 'node_modules', dependency),
      )
    }
  }
  const { bin } = JSON.parse(readFileSync(join(modules, 'model-policy/package.json'), 'utf8')) as {
    bin: Record<string, string>
  }
  return join(modules, 'model-policy', bin['model-policy'] ?? '')
}
