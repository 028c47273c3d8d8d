// A scale bar with a round length.

const widestPx = 64

/** @returns the longest of 1, 2, 5 x 10^n metres that fits */
export function scaleBar(metersPerPixel: number): { readonly widthPx: number; readonly text: string } {
  const widest = metersPerPixel * widestPx
  const power = 10 ** Math.floor(Math.log10(widest))
  const meters = ([5, 2, 1].find((step) => step * power <= widest) ?? 1) * power
  const text = meters >= 1_000 ? `${(meters / 1_000).toLocaleString('en')} km` : `${meters} m`
  return { widthPx: Math.round(meters / metersPerPixel), text }
}
