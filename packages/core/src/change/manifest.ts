const names: ReadonlySet<string> = new Set([
  'Cargo.toml',
  'Gemfile',
  'Package.swift',
  'build.gradle',
  'build.gradle.kts',
  'composer.json',
  'deno.json',
  'go.mod',
  'mix.exs',
  'package.json',
  'pom.xml',
  'pubspec.yaml',
  'pyproject.toml',
  'setup.py',
])

/** Whether a path names a manifest: the file that makes its folder a module. */
export function isManifest(path: string): boolean {
  return names.has(path.slice(path.lastIndexOf('/') + 1)) || path.endsWith('.csproj')
}
