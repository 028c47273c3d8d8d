import type { VerifyReport } from '../../shared/contract.ts'
import { binCount, binEdge, cosineHistogram, cosineText } from '../../shared/cosines.ts'

const width = 760
const rowHeight = 64
const margin = { top: 64, right: 24, bottom: 48, left: 24 }

/** An SVG with one histogram of 1 - cosine for each hypothesis, best first. */
export function plotOfCosines(report: VerifyReport): string {
  const height = margin.top + report.hypotheses.length * rowHeight + margin.bottom
  const rows = report.hypotheses.map((one, i) => histogramOf(one, margin.top + i * rowHeight, i === 0))
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" font-family="sans-serif" font-size="12">
<rect width="${width}" height="${height}" fill="#ffffff"/>
<text x="${margin.left}" y="24" font-size="15" fill="#111111">${escaped(`${report.model}: cosine to ${fileName(report.published)}`)}</text>
<text x="${margin.left}" y="44" fill="#555555">${escaped(`${report.fragments} fragments of ${report.cells.compared} cells; unrelated fragments ${cosineText(report.unrelatedCosine)}`)}</text>
${rows.join('\n')}
${axisAt(height - margin.bottom)}
</svg>
`
}

type Compared = VerifyReport['hypotheses'][number]

function histogramOf({ name, mean, cosines }: Compared, top: number, isBest: boolean): string {
  const counts = cosineHistogram(cosines)
  const most = Math.max(...counts)
  const base = top + rowHeight - 8
  const bars = counts.flatMap((count, bin) => {
    if (count === 0) return []
    const barHeight = (count / most) * (rowHeight - 28)
    const attributes = `x="${xAt(bin)}" y="${(base - barHeight).toFixed(1)}" width="${xAt(1) - xAt(0) - 1}" height="${barHeight.toFixed(1)}"`
    return [`<rect ${attributes} fill="${isBest ? '#0b6e99' : '#9aa5ad'}"/>`]
  })
  const label = `<text x="${margin.left}" y="${top + 10}" fill="#111111">${escaped(`${name}: mean ${mean.toFixed(6)}`)}</text>`
  const line = `<line x1="${xAt(0)}" x2="${xAt(binCount)}" y1="${base}" y2="${base}" stroke="#cccccc"/>`
  return [label, ...bars, line].join('\n')
}

function axisAt(y: number): string {
  const ticks = Array.from({ length: binCount + 1 }, (_, bin) => bin).filter((bin) => Number.isInteger(binEdge(bin)))
  const texts = ticks.map(
    (bin) => `<text x="${xAt(bin)}" y="${y + 14}" text-anchor="middle" fill="#555555">1e${binEdge(bin)}</text>`,
  )
  const title = `<text x="${width / 2}" y="${y + 34}" text-anchor="middle" fill="#555555">1 - cosine: the further right, the closer</text>`
  return [...texts, title].join('\n')
}

function xAt(bin: number): number {
  return Math.round(margin.left + 8 + (bin * (width - margin.left - margin.right - 16)) / binCount)
}

function fileName(path: string): string {
  return path.split(/[\\/]/).at(-1) ?? path
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}
