import type { MultiPolygon } from 'geojson'

/** Plate carree of the world, white on land; tells on which side of the coast a pixel of the cell map lies. */
export function drawLandMask(land: MultiPolygon, widthPx = 2048): ImageData {
  const canvas = document.createElement('canvas')
  canvas.width = widthPx
  canvas.height = widthPx / 2
  const context = canvas.getContext('2d')!
  context.fillStyle = '#000'
  context.fillRect(0, 0, canvas.width, canvas.height)
  const scale = widthPx / 360
  context.beginPath()
  for (const ring of land.coordinates.flat()) {
    ring.forEach(([lon, lat], index) => {
      const [x, y] = [(lon! + 180) * scale, (90 - lat!) * scale]
      if (index === 0) context.moveTo(x, y)
      else context.lineTo(x, y)
    })
    context.closePath()
  }
  context.fillStyle = '#fff'
  context.fill('evenodd')
  return context.getImageData(0, 0, canvas.width, canvas.height)
}
