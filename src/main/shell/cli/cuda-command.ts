import type { Command } from 'commander'
import type { CudaReport, CudaStatus } from '../../../shared/contract.ts'
import { EngineError } from '../../../shared/errors.ts'
import { type CliContext, jsonOption, nameValueLines, printFinding } from './context.ts'
import { megabytes } from './progress-line.ts'
import { runJob, withEngine } from './with-engine.ts'

const help = `
The libraries go into the folder cuda of the application's data, with a copy of ONNX Runtime's binding that is loaded from there; the
installed application stays as it is. What the loader of this system finds is not fetched. What was cancelled or broken off goes on
from what came. Sizes and hashes are those of the feeds, compared before anything is unpacked.

--from names a mirror that answers URL/v3/index.json as NuGet does and URL/simple/PROJECT/ as PyPI does; GROUND_CONTROL_PACKAGES names one, too.`

export function addCudaCommand(program: Command, context: CliContext): void {
  const cuda = program.command('cuda').description('the libraries that ONNX Runtime needs on NVIDIA GPUs')
  jsonOption(cuda.command('status'))
    .description('what is here of them, what a fetch would bring and under which licences')
    .action((_options: object, command: Command) =>
      printFinding(command, context, async () => {
        const status = await withEngine((host) => host.engine.cudaStatus({}))
        return { json: status, text: statusText(status) }
      }),
    )
  jsonOption(cuda.command('fetch'))
    .description('download them')
    .option('--accept-licences', 'that you have read and accept the licences that "cuda status" names')
    .option('--from <url>', 'a mirror of NuGet and PyPI')
    .addHelpText('after', help)
    .action((options: { acceptLicences?: boolean; from?: string }, command: Command) =>
      printFinding(command, context, () => fetchThem(options, context)),
    )
  jsonOption(cuda.command('remove'))
    .description('delete them from this machine')
    .action((_options: object, command: Command) =>
      printFinding(command, context, async () => {
        const report = await withEngine((host) => host.engine.removeCuda({}))
        const { freedBytes } = report
        return { json: report, text: freedBytes === 0 ? 'nothing of them was here' : `${megabytes(freedBytes)} freed` }
      }),
    )
}

async function fetchThem(
  { acceptLicences, from }: { readonly acceptLicences?: boolean; readonly from?: string },
  context: CliContext,
) {
  const mirror = from === undefined ? {} : { mirror: from }
  const report = await withEngine(async (host) => {
    const status = await host.engine.cudaStatus(mirror)
    if (status.reason !== undefined) throw new EngineError('unsupported-format', `CUDA libraries: ${status.reason}`)
    if (status.state !== 'ready') context.err(`${statusText(status)}\n`)
    if (acceptLicences !== true) {
      throw new EngineError(
        'invalid-input',
        'cuda fetch: expected --accept-licences once you have read the licences above, got none',
      )
    }
    return await runJob<CudaReport>(host, context, () => host.engine.fetchCuda({ acceptLicences, ...mirror }))
  })
  for (const warning of report.warnings) context.err(`warning: ${warning}\n`)
  const { folder, fetchedBytes, storedBytes, provider } = report
  const text = nameValueLines([
    ['folder', folder],
    [
      'size',
      `${megabytes(storedBytes)}, ${fetchedBytes === 0 ? 'was there already' : `${megabytes(fetchedBytes)} came`}`,
    ],
    ['provider', provider.reason === undefined ? provider.name : `${provider.name} (${provider.reason})`],
  ])
  return { json: report, text }
}

const stateTexts: Readonly<Record<CudaStatus['state'], string>> = {
  unsupported: 'none for this system',
  missing: 'not fetched',
  partial: 'fetched in part',
  ready: 'ready',
}

function statusText(status: CudaStatus): string {
  const { state, reason, packages, downloadBytes, storedBytes, folder, runtime } = status
  if (reason !== undefined) return `CUDA libraries: ${reason}`
  const lines = packages.map((one) => {
    const size = one.byteLength === undefined ? 'size known to its feed' : megabytes(one.byteLength)
    const place = {
      missing: size,
      partial: `${megabytes(one.fetchedBytes)} of ${size} here`,
      here: 'here',
      system: 'found on this system',
    }
    return `  ${one.title} (${one.name} ${one.version}), ${place[one.state]}\n    from ${one.from}, licence: ${one.licence}`
  })
  const hasUnknown = packages.some((one) => one.byteLength === undefined && one.state !== 'here')
  const rest = `${megabytes(downloadBytes)}${hasUnknown ? ' and the package of unknown size' : ''}`
  const facts = nameValueLines([
    ['state', stateTexts[state]],
    ['for', `ONNX Runtime ${runtime}`],
    ['folder', folder],
    ['stored', megabytes(storedBytes)],
    ['to fetch', state === 'ready' ? undefined : rest],
  ])
  return [facts, ...lines].join('\n')
}
