#!/usr/bin/env node
import { processHost } from './command-line/process-host.ts'
import { run } from './command-line/run.ts'

async function main(): Promise<void> {
  process.exitCode = await run(process.argv.slice(2), processHost())
}

void main()
