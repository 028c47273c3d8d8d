// The parameters of a network out of a file of weights: which layout it has, whether all is there, and the values.

import { EngineError } from '../../../shared/errors.ts'
import { elementCount, type LazyTensor } from '../onnx/graph.ts'
import type { StateDict } from '../state-dict/state-dict.ts'
import type { FileTensor, Network, Parameter, Source, WeightLayout } from './network.ts'

export interface Weights {
  /** Values in the parameter's own order, whatever the file's. */
  read(name: string): Promise<Float32Array>
  /** A constant of the graph: the parameter, or what `change` makes of it for another shape. */
  tensor(name: string, change?: Change): LazyTensor
  /** The parameter without rounding float64; for those that files hold in their own order. */
  tensorFloat64(name: string): LazyTensor
}

export interface Change {
  readonly shape: readonly number[]
  readonly values?: (own: Float32Array) => Float32Array | Promise<Float32Array>
}

export interface MatchedWeights {
  readonly weights: Weights
  /** one sentence each */
  readonly warnings: readonly string[]
}

/**
 * Finds a network's parameters in a file.
 * @throws EngineError `model-mismatch` naming the first tensor that is missing or has another shape, with expected and got
 */
export function matchWeights(network: Network, dict: StateDict): MatchedWeights {
  const layout = closestLayout(network, dict)
  const sources = new Map(network.parameters.map((parameter) => [parameter.name, layout.source(parameter)]))
  checkTensors(layout, partsOf([...sources.values()]), dict)
  const unused = unusedTensors(layout, [...sources.values()], dict)
  const parameters = new Map(network.parameters.map((parameter) => [parameter.name, parameter]))
  return {
    weights: weightsFrom(parameters, sources, dict),
    warnings: unused.length === 0 ? [] : [unusedSentence(dict.place, unused)],
  }
}

/** The layout of which the file holds most tensors in the right shape. */
function closestLayout({ parameters, layouts }: Network, dict: StateDict): WeightLayout {
  const share = (layout: WeightLayout) => {
    const parts = partsOf(parameters.map((parameter) => layout.source(parameter)))
    return parts.filter((part) => sameShape(dict.entries.get(part.name)?.shape, part.shape)).length / parts.length
  }
  const ranked = layouts.map((layout) => ({ layout, share: share(layout) })).sort((a, b) => b.share - a.share)
  return ranked[0]!.layout
}

function checkTensors(layout: WeightLayout, parts: readonly FileTensor[], { place, entries }: StateDict): void {
  const wrong = parts.filter(({ name, shape }) => !sameShape(entries.get(name)?.shape, shape))
  const first = wrong[0]
  if (first === undefined) return
  const found = entries.get(first.name)
  const got = found === undefined ? 'no such tensor' : shapeText(found.shape)
  const more = wrong.length === 1 ? '' : ` (and ${wrong.length - 1} more like it)`
  throw new EngineError(
    'model-mismatch',
    `weights ${place}: expected tensor "${first.name}" of shape ${shapeText(first.shape)} (names of ${layout.name}), got ${got}${more}; these weights belong to another model or variant`,
  )
}

function unusedTensors(layout: WeightLayout, sources: readonly Source[], { entries }: StateDict): string[] {
  const used = new Set(partsOf(sources).map(({ name }) => name))
  return [...entries.keys()].filter((name) => !used.has(name) && !(layout.ignored?.test(name) ?? false))
}

function unusedSentence(place: string, unused: readonly string[]): string {
  const shown = unused.slice(0, 3).join(', ')
  const more = unused.length > 3 ? ` and ${unused.length - 3} more` : ''
  return `weights ${place}: ${unused.length} tensors are not used (${shown}${more}); if the model should have them, its card names the wrong builder`
}

function weightsFrom(
  parameters: ReadonlyMap<string, Parameter>,
  sources: ReadonlyMap<string, Source>,
  dict: StateDict,
): Weights {
  const find = (name: string) => {
    const parameter = parameters.get(name)
    const source = sources.get(name)
    if (parameter === undefined || source === undefined) throw new Error(`network: no parameter is called "${name}"`)
    return { parameter, source }
  }
  const read = async (name: string) => {
    const { parameter, source } = find(name)
    if ('value' in source) return new Float32Array(elementCount(parameter.shape)).fill(source.value)
    const values = await readJoined(source.parts, dict)
    return source.arrange?.(values) ?? values
  }
  return {
    read,
    tensor(name, change) {
      const { shape } = find(name).parameter
      const values = change?.values
      return {
        type: 'float32',
        shape: change?.shape ?? shape,
        read: async () => (values === undefined ? await read(name) : await values(await read(name))),
      }
    },
    tensorFloat64(name) {
      const { parameter, source } = find(name)
      if ('value' in source || source.parts.length !== 1 || source.arrange !== undefined) {
        throw new Error(`network: "${name}" cannot be read as float64`)
      }
      const [part] = source.parts
      return { type: 'float64', shape: parameter.shape, read: () => dict.readFloat64(part!.name) }
    },
  }
}

async function readJoined(parts: readonly FileTensor[], dict: StateDict): Promise<Float32Array> {
  if (parts.length === 1) return await dict.readFloat32(parts[0]!.name)
  const result = new Float32Array(parts.reduce((sum, { shape }) => sum + elementCount(shape), 0))
  let at = 0
  for (const { name } of parts) {
    const values = await dict.readFloat32(name)
    result.set(values, at)
    at += values.length
  }
  return result
}

function partsOf(sources: readonly Source[]): FileTensor[] {
  return sources.flatMap((source) => ('parts' in source ? source.parts : []))
}

function sameShape(got: readonly number[] | undefined, expected: readonly number[]): boolean {
  return got?.length === expected.length && got.every((size, axis) => size === expected[axis])
}

function shapeText(shape: readonly number[]): string {
  return `(${shape.join(', ')})`
}
