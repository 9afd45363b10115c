import type OpenAI from 'openai'

/** The code under test: sorts an issue with the cheap model, and asks the dear one where it is told to. */
export async function triage(openai: OpenAI, issue: string, deep = false): Promise<string> {
  const response = await openai.responses.create({
    model: deep ? 'gpt-codex-5.3' : 'gpt-5-mini',
    input: `Sort this issue: ${issue}`,
  })
  return response.output_text
}
