import { expect, it } from 'vitest'
import { z } from 'zod'
import { connect } from './github-client.ts'

const baseUrl = 'https://api.example'

/** A GitHub whose every answer is one item, and says that there is more at `next`. */
function goingOn(next: string) {
  const asked: string[] = []
  const github = connect({
    token: 'secret',
    baseUrl,
    retries: 0,
    fetch: async (input) => {
      asked.push(String(input))
      return Response.json([1], { headers: { link: `<${next}>; rel="next"` } })
    },
  })
  const items = github.pages('GET /list', {}, z.array(z.int()), (answer) => answer)
  return { asked, items }
}

it.each(['https://api.example.attacker.example/list?page=2', 'http://api.example/list?page=2'])(
  'takes its token to no other place, such as %s',
  async (next) => {
    const { asked, items } = goingOn(next)
    await expect(items).rejects.toMatchObject({ code: 'github_incomplete' })
    expect(asked).toEqual([`${baseUrl}/list?per_page=100`])
  },
)

it('reads no list in part that does not end', async () => {
  const { asked, items } = goingOn(`${baseUrl}/list?page=2`)
  await expect(items).rejects.toMatchObject({ code: 'github_incomplete' })
  expect(asked).toHaveLength(30)
})
