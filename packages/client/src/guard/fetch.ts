/** Any function that fetches. */
export type Fetch = (input: string | URL | Request, init?: RequestInit) => Promise<Response>
