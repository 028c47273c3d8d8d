import type { DeviceChoice } from '../../shared/terms.ts'
import { openSession } from '../inference/open-session.ts'
import { type ModelCard, modelCard } from '../models/model-card.ts'
import { encodeModel } from '../models/onnx/encode-model.ts'
import { GraphBuilder } from '../models/onnx/graph.ts'
import type { ProviderAnswer } from './pipeline-calls.ts'

const size = 8

/** The provider that an embed on `device` would run on, tried with a network of three operations. */
export async function tryProvider(device: DeviceChoice): Promise<ProviderAnswer> {
  const model = { name: 'a network of three operations', bytes: trialNetwork() }
  const session = await openSession({ model, card: trialCard(), bandCount: 3, device })
  await session.dispose()
  const reason = session.providerReason
  return { name: session.provider, ...(reason === undefined ? {} : { reason }) }
}

function trialNetwork(): Uint8Array {
  const graph = new GraphBuilder('trial')
  const pixels = graph.input('pixels', ['batch', 3, size, size])
  const mean = graph.node('GlobalAveragePool', [graph.node('Relu', [pixels])])
  graph.output(graph.node('Flatten', [mean], { axis: 1 }, 'embedding'), ['batch', 3])
  return encodeModel(graph.finish())
}

function trialCard(): ModelCard {
  return modelCard.parse({
    id: 'trial',
    name: 'trial',
    source: 'made here',
    licence: 'Apache-2.0',
    bands: ['B04', 'B03', 'B02'],
    unit: '0-1',
    fragment: { size },
    recipes: [{ name: 'intended', reason: 'nothing to do', steps: [] }],
    input: { name: 'pixels', size },
    output: { name: 'embedding', dimensions: 3 },
    onnx: { kind: 'build', builder: 'trial' },
    weights: { howToGet: 'none' },
    verified: true,
    verification: 'has no weights',
  })
}
