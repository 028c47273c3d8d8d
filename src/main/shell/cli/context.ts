import type { Command } from 'commander'

/** Where a command writes and how it learns of Ctrl+C. */
export interface CliContext {
  /** stdout: the result and nothing else */
  readonly out: (text: string) => void
  /** stderr: progress, warnings, errors */
  readonly err: (text: string) => void
  /** whether stderr is a terminal, where progress may rewrite its line */
  readonly isTerminal: boolean
  /** aborted by the first Ctrl+C */
  readonly signal: AbortSignal
  /** exit code of a command that did its work but not all of it */
  setExitCode(code: number): void
}

/** What a command found: `--json` prints `json`, otherwise `text` is printed. */
export interface Finding {
  readonly json: unknown
  readonly text: string
}

/** Runs `work` and prints its finding in the form the user asked for. Every command that uses it has `--json`. */
export async function printFinding(command: Command, context: CliContext, work: () => Promise<Finding>): Promise<void> {
  const { json, text } = await work()
  const isJson = command.opts<{ json?: boolean }>().json === true
  context.out(`${isJson ? JSON.stringify(json) : text}\n`)
}

/** A subcommand with the options that all of them share. */
export function jsonOption(command: Command): Command {
  return command.option('--json', 'print one JSON document to stdout and nothing else there')
}

/** Lines `name  value`, names padded to one column; undefined values are left out. */
export function nameValueLines(pairs: readonly (readonly [name: string, value: unknown])[]): string {
  const present = pairs.filter(([, value]) => value !== undefined)
  const width = Math.max(...present.map(([name]) => name.length))
  return present.map(([name, value]) => `${name.padEnd(width)}  ${String(value)}`).join('\n')
}
