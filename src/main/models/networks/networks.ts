// Every architecture that is built here, by the name that cards use.

import type { z } from 'zod'
import { EngineError } from '../../../shared/errors.ts'
import type { AnyModelCard } from '../model-card.ts'
import type { StateDict } from '../state-dict/state-dict.ts'
import { dinov2, dinov2Options } from './dinov2.ts'
import { mmearthConvnext, mmearthConvnextOptions } from './mmearth-convnext.ts'
import type { Network } from './network.ts'
import { resnet50, resnet50Options } from './resnet50.ts'
import { satclipLocation, satclipLocationOptions } from './satclip-location.ts'
import { siglipImage, siglipImageOptions } from './siglip-image.ts'
import { siglipText, siglipTextOptions } from './siglip-text.ts'

type Architecture = (place: string, options: unknown, file: StateDict | undefined) => Network

const architectures: Readonly<Record<string, Architecture>> = {
  dinov2: architecture(dinov2Options, dinov2),
  'mmearth-convnext': architecture(mmearthConvnextOptions, mmearthConvnext),
  resnet50: architecture(resnet50Options, resnet50),
  'satclip-location': architecture(satclipLocationOptions, satclipLocation),
  'siglip-image': architecture(siglipImageOptions, siglipImage),
  'siglip-text': architecture(siglipTextOptions, siglipText),
}

export const architectureNames: readonly string[] = Object.keys(architectures)

/**
 * The network of a card with `"onnx": {"kind": "build"}`.
 * @param file its weights, where sizes that the card leaves open are told by their tensors
 * @throws EngineError `model-missing` for an architecture that is not built here, `unreadable-file` for options that do not fit
 */
export function networkOf({ id, onnx }: Pick<AnyModelCard, 'id' | 'onnx'>, file?: StateDict): Network {
  const name = onnx.kind === 'build' ? onnx.builder : 'none'
  const found = architectures[name]
  if (found === undefined || onnx.kind !== 'build') {
    throw new EngineError(
      'model-missing',
      `model ${id}: expected one of the builders ${architectureNames.join(', ')}, got "${name}"`,
    )
  }
  return found(`model card ${id}`, onnx.options, file)
}

function architecture<S extends z.ZodType>(
  schema: S,
  network: (options: z.infer<S>, file?: StateDict) => Network,
): Architecture {
  return (place, options, file) => {
    const parsed = schema.safeParse(options)
    if (parsed.success) return network(parsed.data, file)
    const issue = parsed.error.issues[0]
    const field = ['onnx', 'options', ...(issue?.path ?? [])].join('.')
    throw new EngineError('unreadable-file', `${place}: ${field}: ${issue?.message ?? 'does not fit'}`)
  }
}
