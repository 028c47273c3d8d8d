import type { Command } from 'commander'
import type { CliContext } from './context.ts'
import { addNeucoCommand } from './neuco-command.ts'

export function addEvaluateCommand(program: Command, context: CliContext): void {
  const evaluate = program.command('evaluate').description('how good embeddings are, told from labels')
  addNeucoCommand(evaluate, context)
}
