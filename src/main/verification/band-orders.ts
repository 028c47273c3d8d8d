import { standardBandName } from '../scenes/band-names.ts'

/**
 * Orders in which the bands may have been stacked: all of up to three bands; of more bands reversed, red and blue
 * exchanged, and every pair of neighbours exchanged (B8A and B09 among them).
 * @returns name -> index of the band at each position, the bands' own order first
 */
export function bandOrders(bands: readonly string[]): Map<string, readonly number[]> {
  const own = bands.map((_, i) => i)
  const orders = new Map<string, readonly number[]>([['bands in the order of the card', own]])
  const add = (name: string, order: readonly number[]) => {
    const isNew = [...orders.values()].every((known) => known.some((band, i) => band !== order[i]))
    if (isNew) orders.set(name, order)
  }
  if (bands.length <= 3) {
    for (const order of permutations(own)) add(`bands ${order.map((i) => bands[i]).join(', ')}`, order)
    return orders
  }
  add('bands reversed', own.toReversed())
  const standard = bands.map((band) => standardBandName(band) ?? band)
  const [red, blue] = [standard.indexOf('B04'), standard.indexOf('B02')]
  if (red >= 0 && blue >= 0) add(swapName(bands, blue, red), swapped(own, blue, red))
  for (let i = 0; i + 1 < bands.length; i++) add(swapName(bands, i, i + 1), swapped(own, i, i + 1))
  return orders
}

const swapName = (bands: readonly string[], a: number, b: number) => `bands ${bands[a]} and ${bands[b]} exchanged`

function swapped(order: readonly number[], a: number, b: number): number[] {
  return order.with(a, order[b]!).with(b, order[a]!)
}

function permutations(values: readonly number[]): number[][] {
  if (values.length < 2) return [[...values]]
  return values.flatMap((first, i) => permutations(values.toSpliced(i, 1)).map((rest) => [first, ...rest]))
}
