import { describe, expect, it } from 'vitest'
import { cellImageBounds } from '../grid/cell-image-bounds.ts'
import { createGrid } from '../grid/grid.ts'
import { biomeCode, biomes } from './climate.ts'
import { planted } from './planted.ts'
import { renderFragment, renderImage } from './render.ts'
import { s2Bands, worldBands } from './spectra.ts'
import { sampleThumbnail } from './thumbnail.ts'

const grid = createGrid(10)

function imageOf(
  name: string,
  timestamp: string,
  options: { row?: number; col?: number; bands?: readonly string[] } = {},
) {
  const { row = 422, col = 422, bands = s2Bands } = options
  const cell = grid.cellNamed(name)!
  const [left, , , top] = cellImageBounds(cell)
  const bounds = [left + col * 10, top - (row + 48) * 10, left + (col + 48) * 10, top - row * 10] as const
  return renderImage({ utmCrs: cell.utmCrs, bounds, width: 48, height: 48, timestamp, bands, origin: [row, col] })
}

describe('the imagery of the sample planet', () => {
  it('is the same whenever and in whatever order it is drawn', () => {
    const once = imageOf('433U_629L', '20240701T100000').pixels
    imageOf('0U_500L', '20240701T100000')
    expect(imageOf('433U_629L', '20240701T100000').pixels).toEqual(once)
  })

  it('agrees where two images of a cell overlap, in bands of 10, 20 and 60 m', () => {
    const first = imageOf('433U_629L', '20240701T100000', { row: 211, col: 200 }).pixels
    const second = imageOf('433U_629L', '20240701T100000', { row: 211 + 15, col: 200 + 9 }).pixels
    for (const band of [1, 4, 9]) {
      for (const [row, col] of [
        [15, 9],
        [30, 30],
        [47, 47],
      ] as const) {
        const [one, other] = [band * 48 * 48 + row * 48 + col, band * 48 * 48 + (row - 15) * 48 + (col - 9)]
        expect(second[other]).toBeCloseTo(first[one]!, 2)
      }
    }
  })

  it('repeats 20 m pixels twice and 60 m pixels six times along an axis', () => {
    const { pixels } = imageOf('433U_629L', '20240701T100000', { row: 420, col: 420, bands: ['B05', 'B09'] })
    expect(pixels[0]).toBe(pixels[1])
    expect(pixels[0]).toBe(pixels[48])
    expect(new Set(pixels.subarray(48 * 48, 48 * 48 + 6)).size).toBe(1)
  })

  it('has reflectance x 1e4 in thirteen bands and linear power in two', () => {
    const { pixels } = imageOf(planted.towns[0]!, '20240701T100000', { bands: worldBands })
    const optical = pixels.subarray(0, 13 * 48 * 48)
    expect(Math.min(...optical)).toBeGreaterThan(0)
    expect(Math.max(...optical)).toBeLessThan(16_000)
    const radar = pixels.subarray(13 * 48 * 48)
    expect(Math.max(...radar)).toBeLessThan(10)
    expect(radar.every((value) => value > 0)).toBe(true)
  })

  it('shows what is planted: pivots, towns, burns on the later date only, clouds on their date only', () => {
    expect(imageOf(planted.pivots[0]!, '20240701T100000').truth.pivot).toBeGreaterThan(0.2)
    expect(imageOf(planted.towns[0]!, '20240701T100000', { row: 510, col: 510 }).truth.town).toBeGreaterThan(0.5)
    const cloud = planted.clouds[0]!
    expect(imageOf(cloud.cell, cloud.timestamp, { row: 510, col: 510 }).truth.cloud).toBeGreaterThan(0.5)
    expect(imageOf(cloud.cell, '20010101T000000', { row: 510, col: 510 }).truth.cloud).toBe(0)
    const burn = planted.burns[0]!
    const place = { row: Math.round(1068 - burn.y / 10) - 24, col: Math.round(burn.x / 10) - 24 }
    expect(imageOf(burn.cell, '20240901T000000', place).truth.burn).toBeGreaterThan(0.5)
    expect(imageOf(burn.cell, '20230901T000000', place).truth.burn).toBe(0)
  })

  it('is dry and bright in the Sahara, green in the Amazon and white in Greenland', () => {
    const near = (lat: number, lon: number) => imageOf(grid.cellAt(lat, lon).gridCell, '20240701T100000')
    const most = (image: ReturnType<typeof near>) =>
      biomes[image.truth.biomePixels.indexOf(Math.max(...image.truth.biomePixels))]
    expect(most(near(23.5, 12.4))).toBe('desert')
    expect(most(near(-3.3, -52.2))).toBe('rainforest')
    expect(near(75, -40).truth.biomePixels[biomeCode.ice]).toBeGreaterThan(1500)
  })

  it('comes as a square fragment and as a PNG thumbnail', () => {
    const cell = grid.cellNamed('433U_629L')!
    const [left, bottom] = cellImageBounds(cell)
    const bounds = [left, bottom, left + 160, bottom + 160] as const
    const request = { utmCrs: cell.utmCrs, bounds, timestamp: '20240701T100000', bands: ['B04'], sizePx: 16 }
    expect(renderFragment(request)).toHaveLength(256)
    const row = { gridCell: '433U_629L', pixelBbox: [422, 422, 646, 646] as const, timestamp: '20240701T100000' }
    expect([...sampleThumbnail(row)!.subarray(1, 4)]).toEqual([0x50, 0x4e, 0x47])
  })
})
