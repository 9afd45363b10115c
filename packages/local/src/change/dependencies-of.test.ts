import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { dependenciesOf, namesDependencies } from './dependencies-of.ts'

describe('dependenciesOf', () => {
  it.each([
    [
      'package.json',
      '{"dependencies":{"a":"1"},"devDependencies":{"b":"1"},"peerDependencies":{"c":"1"},"optionalDependencies":{"d":"1"}}',
      ['a', 'b', 'c', 'd'],
    ],
    ['package.json', '{"name":"x"}', []],
    ['sub/composer.json', '{"require":{"php":"8"},"require-dev":{"x/y":"1"}}', ['php', 'x/y']],
    [
      'go.mod',
      'module example.com/m\n\ngo 1.22\n\nrequire example.com/a v1.2.3\nrequire (\n\texample.com/b v0.1.0 // indirect\n\tgopkg.in/c.v2 v2.0.0\n)\nreplace example.com/a => ../a\nretract v1.0.0\n',
      ['example.com/a', 'example.com/b', 'gopkg.in/c.v2', '../a'],
    ],
    [
      'Cargo.toml',
      '[package]\nname="x"\n[dependencies]\na="1"\n[dev-dependencies]\nb={version="1"}\n[target.\'cfg(unix)\'.dependencies]\nc="1"\n[workspace.dependencies]\nd="1"\n',
      ['a', 'd', 'c', 'b'],
    ],
    [
      'pyproject.toml',
      '[project]\ndependencies=["Requests>=2", "x[extra]; python_version<\'3\'"]\n[project.optional-dependencies]\ndev=["pytest"]\n[dependency-groups]\nlint=["ruff", {include-group="dev"}]\n[tool.poetry.group.a.dependencies]\np="1"\n',
      ['requests', 'x', 'pytest', 'ruff', 'p'],
    ],
    [
      'requirements.txt',
      '# c\nflask==2.0  # web\n-r more.txt\n--hash=x\n\nnumpy\ngit+https://example.com/x.git\n',
      ['flask', '-r more.txt', 'numpy', 'git+https://example.com/x.git'],
    ],
    [
      'pom.xml',
      '<project><dependencies><dependency>\n<groupId>g</groupId><artifactId> a </artifactId></dependency></dependencies></project>',
      ['g:a'],
    ],
    ['package.json', '', []],
  ])('reads %s %#', async (path, text, names) => {
    expect((await dependenciesOf(path, text))?.toSorted()).toEqual(names.toSorted())
  })

  it.each([
    ['package.json', '{'],
    ['Cargo.toml', '[[['],
    ['pyproject.toml', 'x'],
  ])('cannot read a broken %s', async (path, text) => {
    expect(await dependenciesOf(path, text)).toBeUndefined()
  })

  it('never throws, whatever the text', async () => {
    const name = fc.constantFrom(
      'package.json',
      'go.mod',
      'Cargo.toml',
      'pyproject.toml',
      'pom.xml',
      'requirements.txt',
    )
    const text = fc.oneof(fc.string(), fc.json())
    await fc.assert(
      fc.asyncProperty(name, text, async (path, content) => void (await dependenciesOf(path, content))),
    )
  })

  it('knows which files name dependencies', () => {
    expect(['a/package.json', 'package-lock.json', 'constructor', 'go.mod/x'].map(namesDependencies)).toEqual(
      [true, false, false, false],
    )
  })
})
