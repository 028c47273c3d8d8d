// The real spherical harmonics of SatCLIP (Klemmer et al. 2023, arXiv:2311.17179) as its published weights know them: expanded
// polynomials in cos(theta) whose coefficients were printed with 15 digits. Near the poles, where high degrees cancel, the
// published embeddings carry the rounding of exactly these numbers, so they are made here, and not by a stable recurrence.
// For m = 0 the published formula is pi times too large (a missing parenthesis, microsoft/satclip#33); the weights need it so.

/** One harmonic for m >= 0: factor * (1 - x^2)^(order / 2) * sum of coefficients[k] x^k, times cos or sin of order * phi. */
export interface Harmonic {
  readonly degree: number
  readonly order: number
  readonly factor: number
  /** by power of x = cos(theta), 0 to degree - order */
  readonly coefficients: Float64Array
}

/** All harmonics with degree below `degrees` and order from 0 to degree, in this order. */
export function harmonicsBelow(degrees: number): Harmonic[] {
  return Array.from({ length: degrees }, (_, degree) =>
    Array.from({ length: degree + 1 }, (_, order) => harmonicOf(degree, order)),
  ).flat()
}

function harmonicOf(degree: number, order: number): Harmonic {
  const polynomial = legendreDerivative(degree, order)
  const shared = { degree, order }
  if (order === 0) {
    const scale = zonalScale(degree)
    return { ...shared, factor: 1, coefficients: Float64Array.from(polynomial, (one) => printed(nearest(one) * scale)) }
  }
  const scale = sectoralScale(degree, order)
  if (polynomial.filter(({ numerator }) => numerator !== 0n).length === 1) {
    // With one term the published formula has its coefficient and the factor in one number.
    const folded = polynomial.map((one) => printed(toNumber({ ...scale, rational: product(scale.rational, one) })))
    return { ...shared, factor: 1, coefficients: Float64Array.from(folded) }
  }
  const coefficients = Float64Array.from(polynomial, (one) => printed(nearest(one)))
  return { ...shared, factor: printed(toNumber(scale)), coefficients }
}

/** As 15 significant digits show it. */
function printed(value: number): number {
  return Number(value.toPrecision(15))
}

interface Fraction {
  readonly numerator: bigint
  readonly denominator: bigint
}

/** The published factor for m = 0, sqrt((2 l + 1) pi / 4), whose parts the generator rounds before it multiplies them. */
function zonalScale(degree: number): number {
  return Math.sqrt((2 * degree + 1) / 4) * Math.sqrt(Math.PI)
}

/** rational * sqrt(radicand) / sqrt(pi), the radicand without square factors: as sympy keeps it */
interface Scale {
  readonly rational: Fraction
  readonly radicand: bigint
}

/** sqrt(2) sqrt((2 l + 1) / (4 pi) (l - m)! / (l + m)!) */
function sectoralScale(degree: number, order: number): Scale {
  const numerator = BigInt(2 * degree + 1) * factorial(degree - order)
  return rootOf({ numerator, denominator: 2n * factorial(degree + order) })
}

const inverseRootOfPi = 0.5641895835477563

/** Each part becomes a double before they are multiplied: the last digit depends on it. */
function toNumber({ rational, radicand }: Scale): number {
  return nearest(rational) * nearestRoot(radicand) * inverseRootOfPi
}

/** The square root of a fraction whose primes are below 100, as rational * sqrt(radicand). */
function rootOf({ numerator, denominator }: Fraction): Scale {
  const divisor = greatestDivisor(numerator, denominator)
  let radicand = (numerator * denominator) / divisor ** 2n
  let outside = 1n
  for (let prime = 2n; prime < 100n; prime++) {
    for (; radicand % prime ** 2n === 0n; radicand /= prime ** 2n) outside *= prime
  }
  return { rational: { numerator: outside, denominator: denominator / divisor }, radicand }
}

function product(a: Fraction, b: Fraction): Fraction {
  return { numerator: a.numerator * b.numerator, denominator: a.denominator * b.denominator }
}

function greatestDivisor(a: bigint, b: bigint): bigint {
  return b === 0n ? a : greatestDivisor(b, a % b)
}

/** behind the point, when a fraction is divided out; the smallest factor at 40 degrees is about 1e-58 */
const digits = 200n

/** The double nearest to a fraction. */
function nearest({ numerator, denominator }: Fraction): number {
  return Number(`${(numerator * 10n ** digits) / denominator}e-${digits}`)
}

/** The double nearest to a square root. */
function nearestRoot(value: bigint): number {
  return Number(`${wholeRoot(value * 10n ** (2n * digits))}e-${digits}`)
}

/** Largest whole number whose square is not above `value` (Newton's method from above). */
function wholeRoot(value: bigint): bigint {
  let root = 1n << BigInt(Math.ceil(value.toString(2).length / 2))
  for (;;) {
    const next = (root + value / root) / 2n
    if (next >= root) return root
    root = next
  }
}

/** Coefficients of the order-th derivative of the Legendre polynomial, by power. */
function legendreDerivative(degree: number, order: number): Fraction[] {
  const result = Array.from({ length: degree - order + 1 }, (): Fraction => ({ numerator: 0n, denominator: 1n }))
  for (let k = 0; 2 * k <= degree - order; k++) {
    const power = degree - 2 * k
    const sign = k % 2 === 0 ? 1n : -1n
    // d^m x^p = p! / (p - m)! x^(p - m); the p! of the polynomial's own denominator cancels
    result[power - order] = {
      numerator: sign * factorial(2 * degree - 2 * k),
      denominator: factorial(k) * factorial(degree - k) * factorial(power - order) * 2n ** BigInt(degree),
    }
  }
  return result
}

function factorial(n: number): bigint {
  let product = 1n
  for (let i = 2n; i <= BigInt(n); i++) product *= i
  return product
}
