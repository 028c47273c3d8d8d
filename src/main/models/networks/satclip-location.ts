// SatCLIP's location encoder (Klemmer et al. 2023, arXiv:2311.17179): spherical harmonics of longitude and latitude, then a
// network of sines (SIREN). All of it in float64, as the published one.

import { z } from 'zod'
import { type Graph, GraphBuilder, int64Tensor, type Tensor } from '../onnx/graph.ts'
import type { StateDict } from '../state-dict/state-dict.ts'
import { addAccurateCosine } from './accurate-cosine.ts'
import { type Network, type Parameter, renamed, uniform, type WeightLayout } from './network.ts'
import { checkSatclipSettings } from './satclip-settings.ts'
import { harmonicsBelow } from './spherical-harmonics.ts'
import type { Weights } from './weights.ts'

export const satclipLocationOptions = z.object({
  /** harmonics of degree 0 to this minus one */
  degrees: z.number().int().positive(),
  dimensions: z.number().int().positive().default(256),
})
export type SatclipLocationOptions = z.infer<typeof satclipLocationOptions>

/** What files differ in without saying it elsewhere than in their tensors. */
interface Size {
  readonly width: number
  readonly layers: number
}
const usualSize: Size = { width: 256, layers: 2 }
/** frequency of the first layer's sine; the others have 1 */
const firstFrequency = 30

/**
 * @param file weights whose tensors tell the width and number of the hidden layers; without them 256 and 2
 * @throws EngineError `model-mismatch` when the file's hyper-parameters are those of another network
 */
export function satclipLocation(options: SatclipLocationOptions, file?: StateDict): Network {
  const { degrees, dimensions } = options
  const size = (file === undefined ? undefined : sizeIn(file)) ?? usualSize
  if (file !== undefined) checkSatclipSettings(`harmonics below degree ${degrees}`, { ...options, ...size }, file)
  const layers = Array.from({ length: size.layers }, (_, i) =>
    siren(`nnet.layers.${i}`, size.width, i === 0 ? degrees ** 2 : size.width, i === 0),
  )
  return {
    parameters: [...layers.flat(), ...siren('nnet.last_layer', dimensions, size.width, false)],
    layouts: ['model.location.', 'model.', 'location.', ''].map(prefixedNames),
    fitsFloat16: false,
    build: async (weights) => buildGraph(options, size, weights),
  }
}

function sizeIn({ entries }: StateDict): Size | undefined {
  const first = [...entries].find(([name]) => name.endsWith('nnet.layers.0.weight'))
  if (first === undefined) return undefined
  const [name, { shape }] = first
  const stem = name.slice(0, -'0.weight'.length)
  let layers = 1
  while (entries.has(`${stem}${layers}.weight`)) layers++
  return { width: shape[0] ?? 0, layers }
}

function siren(name: string, outputs: number, inputs: number, isFirst: boolean): Parameter[] {
  const bound = isFirst ? 1 / inputs : Math.sqrt(6 / inputs)
  return [
    { name: `${name}.weight`, shape: [outputs, inputs], init: uniform(-bound, bound) },
    { name: `${name}.bias`, shape: [outputs], init: uniform(-bound, bound) },
  ]
}

/** The files hold the same tensors twice, beside those of the image tower. */
function prefixedNames(prefix: string): WeightLayout {
  return {
    name: `SatCLIP, ${prefix === '' ? 'bare' : prefix}`,
    source: ({ name, shape }) => renamed(`${prefix}${name}`, shape),
    ignored: /./,
  }
}

function buildGraph({ degrees, dimensions }: SatclipLocationOptions, size: Size, weights: Weights): Graph {
  const graph = new GraphBuilder('satclip-location')
  const lonLat = graph.input('lon_lat', ['batch', 2], 'float64')
  let x = addHarmonics(graph, lonLat, degrees)
  for (let layer = 0; layer < size.layers; layer++) {
    const sum = addGemm(graph, weights, x, `nnet.layers.${layer}`)
    const isFirst = layer === 0
    x = graph.node('Sin', [isFirst ? graph.node('Mul', [sum, scalar(graph, 'frequency', firstFrequency)]) : sum])
  }
  const last = addGemm(graph, weights, x, 'nnet.last_layer')
  graph.output(graph.node('Cast', [last], { to: 1 }, 'embedding'), ['batch', dimensions])
  return graph.finish()
}

function addGemm(graph: GraphBuilder, weights: Weights, x: string, name: string): string {
  const constants = [`${name}.weight`, `${name}.bias`].map((one) => graph.constant(one, weights.tensorFloat64(one)))
  return graph.node('Gemm', [x, ...constants], { transB: 1 })
}

/**
 * `(batch, 2)` of degrees to `(batch, degrees^2)`, harmonic l, m at l^2 + l + m.
 * Sums run from the highest power down, one addition at a time, because the published vectors hold the rounding of that.
 */
export function addHarmonics(graph: GraphBuilder, lonLat: string, degrees: number): string {
  const harmonics = harmonicsBelow(degrees)
  const row = (name: string, values: ArrayLike<number>) =>
    graph.constant(name, float64Tensor(values, [1, values.length]))
  const phi = addRadians(graph, lonLat, { column: 0, name: 'phi', shift: 180 })
  const theta = addRadians(graph, lonLat, { column: 1, name: 'theta', shift: 90 })
  const x = addAccurateCosine(graph, theta)
  let sum = row('coefficients.zero', new Float64Array(harmonics.length))
  for (let power = degrees - 1; power >= 0; power--) {
    const coefficients = row(
      `coefficients.${power}`,
      harmonics.map((one) => one.coefficients[power] ?? 0),
    )
    const raised = graph.node('Pow', [x, scalar(graph, `power.${power}`, power)])
    sum = graph.node('Add', [sum, graph.node('Mul', [coefficients, raised])])
  }
  const sineSquared = graph.node('Sub', [scalar(graph, 'one', 1), graph.node('Mul', [x, x])])
  const halves = row(
    'orders.half',
    Array.from({ length: degrees }, (_, order) => order / 2),
  )
  const sines = pick(
    graph,
    graph.node('Pow', [sineSquared, halves]),
    'orders',
    harmonics.map(({ order }) => order),
  )
  const factored = graph.node('Mul', [
    row(
      'factors',
      harmonics.map(({ factor }) => factor),
    ),
    sines,
  ])
  const places = placesOf(degrees)
  const zonal = pick(
    graph,
    graph.node('Mul', [factored, sum]),
    'harmonics',
    places.map(({ harmonic }) => harmonic),
  )
  const waves = addWaves(graph, phi, degrees)
  return graph.node('Mul', [
    zonal,
    pick(
      graph,
      waves,
      'waves',
      places.map(({ wave }) => wave),
    ),
  ])
}

/** cos(m phi) for m = 0 to degrees - 1, then sin(m phi) for m = 1 to degrees - 1. */
function addWaves(graph: GraphBuilder, phi: string, degrees: number): string {
  const orders = Array.from({ length: degrees }, (_, order) => order)
  const multiples = (name: string, values: readonly number[]) =>
    graph.node('Mul', [phi, graph.constant(name, float64Tensor(values, [1, values.length]))])
  const cosines = graph.node('Cos', [multiples('orders.cos', orders)])
  if (degrees === 1) return cosines
  return graph.node('Concat', [cosines, graph.node('Sin', [multiples('orders.sin', orders.slice(1))])], { axis: 1 })
}

/** For each output l^2 + l + m: which harmonic (l, |m|) and which wave it is the product of. */
function placesOf(degrees: number): { readonly harmonic: number; readonly wave: number }[] {
  return Array.from({ length: degrees }, (_, degree) =>
    Array.from({ length: 2 * degree + 1 }, (_, i) => {
      const order = i - degree
      const harmonic = (degree * (degree + 1)) / 2 + Math.abs(order)
      return { harmonic, wave: order >= 0 ? order : degrees - 1 - order }
    }),
  ).flat()
}

/** One column as `(batch, 1)`, shifted to start at zero, in radians. */
function addRadians(
  graph: GraphBuilder,
  lonLat: string,
  { column, name, shift }: { readonly column: number; readonly name: string; readonly shift: number },
): string {
  const degrees = pick(graph, lonLat, `${name}.column`, [column])
  const shifted = graph.node('Add', [degrees, scalar(graph, `${name}.shift`, shift)])
  return graph.node('Mul', [shifted, scalar(graph, `${name}.radians`, Math.PI / 180)])
}

function pick(graph: GraphBuilder, x: string, name: string, columns: readonly number[]): string {
  return graph.node('Gather', [x, graph.constant(name, int64Tensor(columns))], { axis: 1 })
}

function scalar(graph: GraphBuilder, name: string, value: number): string {
  return graph.constant(name, float64Tensor([value], []))
}

function float64Tensor(values: ArrayLike<number>, shape: readonly number[]): Tensor {
  return { type: 'float64', shape, values: Float64Array.from(values) }
}
