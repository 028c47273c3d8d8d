import type { Command } from 'commander'
import { planFragments } from '../../fragment/plan-fragments.ts'
import { type CliContext, jsonOption, nameValueLines, printFinding } from './context.ts'
import { overlapFraction, wholeBetween } from './parse-values.ts'

interface FragmentArguments {
  readonly imageSize: number
  readonly fragmentSize: number
  readonly overlap: number
  readonly borderShift: boolean
}

export function addFragmentCommand(program: Command, context: CliContext): void {
  jsonOption(program.command('fragment'))
    .description('how an image is cut into fragments')
    .requiredOption('--image-size <px>', 'side of the square image', wholeBetween(1, 1_000_000))
    .requiredOption('--fragment-size <px>', 'side of a fragment', wholeBetween(1, 1_000_000))
    .option('--overlap <fraction>', 'overlap to aim for, 0 or more and below 1', overlapFraction, 0.1)
    .option('--no-border-shift', 'leave out the fragment that is moved to end at the border of the image')
    .addHelpText(
      'after',
      '\nPrints {offsets (one axis), count (one axis), total, stride, warnings}. Example:\n  ground-control fragment --image-size 1068 --fragment-size 384',
    )
    .action((options: FragmentArguments, command: Command) =>
      printFinding(command, context, async () => {
        const { imageSize, fragmentSize, overlap, borderShift } = options
        const plan = planFragments(imageSize, { fragmentSize, targetOverlap: overlap, borderShift })
        const lines = Object.entries({ ...plan, offsets: plan.offsets.join(' '), warnings: undefined })
        return {
          json: plan,
          text: [nameValueLines(lines), ...plan.warnings.map((text) => `warning: ${text}`)].join('\n'),
        }
      }),
    )
}
