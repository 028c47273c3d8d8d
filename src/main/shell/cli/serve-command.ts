import type { Command } from 'commander'
import { serve } from '../http/serve.ts'
import type { CliContext } from './context.ts'
import { wholeBetween } from './parse-values.ts'

export function addServeCommand(program: Command, context: CliContext): void {
  program
    .command('serve')
    .description('the application in a browser on this machine, until Ctrl+C')
    .argument('[folders...]', 'folders that the page may list and open; everything else reaches it by dropping only')
    .option('--port <port>', 'port on 127.0.0.1; 0 takes a free one', wholeBetween(0, 65_535), 0)
    .option('--no-open', 'print the address, do not open a browser')
    .addHelpText(
      'after',
      `
The address holds a random token; only who has it can use the application, and only from this machine.
On a GPU server:  ground-control serve --no-open --port 8137 /data/scenes
on your machine:  ssh -L 8137:127.0.0.1:8137 SERVER   and open the printed address there.`,
    )
    .action(async (folders: string[], options: { port: number; open: boolean }) => {
      await serve({ ...options, folders }, (line) => context.out(`${line}\n`), context.signal)
      // Ctrl+C is how it ends, not a cancellation
      context.setExitCode(0)
    })
}
