import { Command, CommanderError, InvalidArgumentError } from 'commander'
import { EngineError, isCancelled } from '../../../shared/errors.ts'
import { applicationVersion } from '../surroundings.ts'
import type { CliContext } from './context.ts'
import { addCudaCommand } from './cuda-command.ts'
import { addEmbedCommand } from './embed-command.ts'
import { addEvaluateCommand } from './evaluate-command.ts'
import { addExportCommand } from './export-command.ts'
import { addFragmentCommand } from './fragment-command.ts'
import { addGridCommand } from './grid-command.ts'
import { addInfoCommand } from './info-command.ts'
import { addModelsCommand } from './models-command.ts'
import { addPcaCommand } from './pca-command.ts'
import { addPixelsCommand } from './pixels-command.ts'
import { addSampleCommand } from './sample-command.ts'
import { addSearchCommand } from './search-command.ts'
import { addServeCommand } from './serve-command.ts'

export const exitCodes = { done: 0, failed: 1, usage: 2, cancelled: 130 } as const

const commands = [
  addGridCommand,
  addFragmentCommand,
  addInfoCommand,
  addModelsCommand,
  addCudaCommand,
  addEmbedCommand,
  addPcaCommand,
  addPixelsCommand,
  addSearchCommand,
  addExportCommand,
  addEvaluateCommand,
  addServeCommand,
  addSampleCommand,
]

const exitCodeHelp = `
Exit codes: 0 done, 1 failed (one sentence says why), 2 wrong usage, 130 cancelled with Ctrl+C.
"ground-control COMMAND --help" explains a command.`

function programOf(context: CliContext): Command {
  const program = new Command('ground-control')
    .description(
      'Make, see and search Earth-observation embeddings. Without a screen: this command line; with one: "serve".',
    )
    .version(applicationVersion())
    .helpOption('-h, --help', 'show this help')
    .helpCommand(false)
    .addHelpText('after', exitCodeHelp)
    .configureOutput({ writeOut: context.out, writeErr: context.err })
    .exitOverride()
  for (const addCommand of commands) addCommand(program, context)
  return program
}

/**
 * Runs one command line.
 * @param words without the program's name
 * @returns the exit code
 */
export async function runCli(words: readonly string[], context: Omit<CliContext, 'setExitCode'>): Promise<number> {
  let exitCode: number | undefined
  const setExitCode = (code: number) => {
    exitCode = code
  }
  try {
    await programOf({ ...context, setExitCode }).parseAsync([...words], { from: 'user' })
    return exitCode ?? (context.signal.aborted ? exitCodes.cancelled : exitCodes.done)
  } catch (error) {
    return failureCode(error, context)
  }
}

function failureCode(error: unknown, context: Omit<CliContext, 'setExitCode'>): number {
  if (error instanceof InvalidArgumentError) {
    context.err(`error: ${error.message}\n`)
    return exitCodes.usage
  }
  // commander has printed its sentence or the help itself
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.done : exitCodes.usage
  if (isCancelled(error) || context.signal.aborted) {
    context.err('cancelled\n')
    return exitCodes.cancelled
  }
  if (error instanceof EngineError && error.code !== 'bug') context.err(`error: ${error.message}\n`)
  else
    context.err(
      `This is a bug of Ground Control: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
    )
  return exitCodes.failed
}
