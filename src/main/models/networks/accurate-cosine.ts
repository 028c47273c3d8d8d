// A cosine right to half a unit in the last place, as the C library gives it. ONNX Runtime's own is off by one unit now and
// then, and SatCLIP's harmonics of high degree turn that unit into the second decimal.

import type { GraphBuilder, Tensor } from '../onnx/graph.ts'

/** Grid points in a radian: the rest after the nearest one is so small that rounding in it does not show. */
const perRadian = 64
const gridPoints = Math.round(Math.PI * perRadian) + 1
const digits = 10n ** 50n

/** @param angle float64 from 0 to pi, of any shape @returns the same shape */
export function addAccurateCosine(graph: GraphBuilder, angle: string): string {
  const scalar = (name: string, value: number) => graph.constant(`cosine.${name}`, float64([value], []))
  const [times, plus] = [operator(graph, 'Mul'), operator(graph, 'Add')]
  const steps = scalar('steps', perRadian)
  const nearest = graph.node('Round', [times(angle, steps)])
  const rest = graph.node('Sub', [angle, graph.node('Div', [nearest, steps])])
  const index = graph.node('Cast', [nearest], { to: 7 })
  const table = gridCosines()
  const lookUp = (name: string, values: readonly number[]) =>
    graph.node('Gather', [graph.constant(`cosine.${name}`, float64(values, [values.length])), index])
  const square = times(rest, rest)
  // Taylor series of sin(rest) and cos(rest) - 1
  const sineTail = [-1 / 6, 1 / 120, -1 / 5040]
  const cosineTail = [-1 / 2, 1 / 24, -1 / 720]
  const series = (name: string, [first = 0, second = 0, third = 0]: readonly number[]) => {
    const inner = plus(scalar(`${name}.2`, second), times(square, scalar(`${name}.3`, third)))
    return plus(scalar(`${name}.1`, first), times(square, inner))
  }
  const sine = plus(rest, times(times(rest, square), series('sine', sineTail)))
  const cosineLessOne = times(square, series('cosine', cosineTail))
  const high = lookUp(
    'high',
    table.map((one) => one.cosine),
  )
  const turned = times(
    lookUp(
      'sines',
      table.map((one) => -one.sine),
    ),
    sine,
  )
  const correction = plus(
    plus(times(high, cosineLessOne), turned),
    lookUp(
      'low',
      table.map((one) => one.cosineRest),
    ),
  )
  return plus(high, correction)
}

function operator(graph: GraphBuilder, opType: string) {
  return (a: string, b: string) => graph.node(opType, [a, b])
}

interface GridCosine {
  readonly cosine: number
  /** what the double `cosine` lacks */
  readonly cosineRest: number
  readonly sine: number
}

function gridCosines(): GridCosine[] {
  return Array.from({ length: gridPoints + 1 }, (_, point) => {
    const angle = (BigInt(point) * digits) / BigInt(perRadian)
    const [cosine, sine] = [series(angle, 0), series(angle, 1)]
    const high = toNumber(cosine)
    return { cosine: high, cosineRest: toNumber(cosine - toFixed(high)), sine: toNumber(sine) }
  })
}

/** Taylor series in fixed point: cosine from power 0, sine from power 1. */
function series(angle: bigint, firstPower: 0 | 1): bigint {
  let term = firstPower === 0 ? digits : angle
  let sum = term
  for (let power = firstPower + 2; term !== 0n; power += 2) {
    term = (-term * angle * angle) / (digits * digits * BigInt(power * (power - 1)))
    sum += term
  }
  return sum
}

function toNumber(fixed: bigint): number {
  return Number(`${fixed}e-50`)
}

/** Exact for doubles whose last bit is not below 2^-100. */
function toFixed(value: number): bigint {
  return (BigInt(value * 2 ** 100) * digits) / 2n ** 100n
}

function float64(values: readonly number[], shape: readonly number[]): Tensor {
  return { type: 'float64', shape, values: Float64Array.from(values) }
}
