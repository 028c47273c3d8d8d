import type { Color } from '@deck.gl/core'

/**
 * A colour of the theme as bytes.
 * @param css `#rrggbb`, `rgb(r, g, b)` or `rgba(r, g, b, a)`
 * @param strength 0..1, multiplies the colour's own opacity
 */
export function rgba(css: string, strength = 1): Color {
  if (css.startsWith('#')) {
    const [r, g, b] = [1, 3, 5].map((at) => Number.parseInt(css.slice(at, at + 2), 16))
    return [r!, g!, b!, Math.round(255 * strength)]
  }
  const [r, g, b, a = 1] = css.match(/[\d.]+/g)!.map(Number)
  return [r!, g!, b!, Math.round(255 * a * strength)]
}
