import { describe, expect, it } from 'vitest'
import { isRepositoryId, repositoryIdOfRemote } from './repository-id.ts'

describe('repositoryIdOfRemote', () => {
  it.each([
    ['git@github.com:acme/app.git', 'github.com/acme/app'],
    ['github.com:acme/app', 'github.com/acme/app'],
    ['git@GitHub.com:/acme/app.git', 'github.com/acme/app'],
    ['https://github.com/acme/app', 'github.com/acme/app'],
    ['https://github.com/acme/app.git/', 'github.com/acme/app'],
    ['https://user:token@github.com/acme/app.git', 'github.com/acme/app'],
    ['HTTPS://GITHUB.COM/acme/app', 'github.com/acme/app'],
    ['https://github.com:443/acme/app', 'github.com/acme/app'],
    ['ssh://git@github.com:22/acme/app.git', 'github.com/acme/app'],
    ['ssh://git@git.example.com:2222/group/sub/app.git', 'git.example.com:2222/group/sub/app'],
    ['git://git.example.com/app.git', 'git.example.com/app'],
    ['https://git.example.com/my%20app', undefined],
    ['https://git.example.com/a/%2e%2e/b', 'git.example.com/b'],
    ['https://git.example.com/a/..%2f..%2fb', undefined],
    ['https://git.example.com/', undefined],
    ['https://git.example.com/%', undefined],
    ['/srv/git/app.git', undefined],
    ['../app', undefined],
    ['file:///srv/git/app.git', undefined],
    ['C:/git/app', undefined],
    ['C:\\git\\app', undefined],
    ['', undefined],
  ])('reads %j as %j', (remote, id) => expect(repositoryIdOfRemote(remote)).toBe(id))
})

describe('isRepositoryId', () => {
  it.each([
    ['github.com/acme/app', true],
    ['local/app', true],
    ['git.example.com:2222/app', true],
    ['github.com', false],
    ['github.com/', false],
    ['github.com//app', false],
    ['github.com/../app', false],
    ['GitHub.com/acme/app', false],
    ['github.com/acme/app\n', false],
    ['github.com/acme/a\u200Bpp', false],
  ])('takes %j: %s', (id, expected) => expect(isRepositoryId(id)).toBe(expected))
})
