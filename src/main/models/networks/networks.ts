// Every architecture that is built here, by the name that cards use.

import type { z } from 'zod'
import { EngineError } from '../../../shared/errors.ts'
import type { AnyModelCard } from '../model-card.ts'
import { dinov2, dinov2Options } from './dinov2.ts'
import type { Network } from './network.ts'
import { resnet50, resnet50Options } from './resnet50.ts'
import { siglipImage, siglipImageOptions } from './siglip-image.ts'
import { siglipText, siglipTextOptions } from './siglip-text.ts'

type Architecture = (place: string, options: unknown) => Network

const architectures: Readonly<Record<string, Architecture>> = {
  dinov2: architecture(dinov2Options, dinov2),
  resnet50: architecture(resnet50Options, resnet50),
  'siglip-image': architecture(siglipImageOptions, siglipImage),
  'siglip-text': architecture(siglipTextOptions, siglipText),
}

export const architectureNames: readonly string[] = Object.keys(architectures)

/**
 * The network of a card with `"onnx": {"kind": "build"}`.
 * @throws EngineError `model-missing` for an architecture that is not built here, `unreadable-file` for options that do not fit
 */
export function networkOf({ id, onnx }: Pick<AnyModelCard, 'id' | 'onnx'>): Network {
  const name = onnx.kind === 'build' ? onnx.builder : 'none'
  const found = architectures[name]
  if (found === undefined || onnx.kind !== 'build') {
    throw new EngineError(
      'model-missing',
      `model ${id}: expected one of the builders ${architectureNames.join(', ')}, got "${name}"`,
    )
  }
  return found(`model card ${id}`, onnx.options)
}

function architecture<S extends z.ZodType>(schema: S, network: (options: z.infer<S>) => Network): Architecture {
  return (place, options) => {
    const parsed = schema.safeParse(options)
    if (parsed.success) return network(parsed.data)
    const issue = parsed.error.issues[0]
    const field = ['onnx', 'options', ...(issue?.path ?? [])].join('.')
    throw new EngineError('unreadable-file', `${place}: ${field}: ${issue?.message ?? 'does not fit'}`)
  }
}
