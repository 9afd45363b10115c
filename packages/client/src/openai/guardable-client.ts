/** A client that can be wrapped: `OpenAI` of the `openai` package, `AzureOpenAI`, and their subclasses. */
export interface GuardableClient {
  baseURL: string
  withOptions(options: object): unknown
}
