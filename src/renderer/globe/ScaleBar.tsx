import { scaleOf } from './scale.ts'

/** A length on the ground at the centre of the map. */
export function ScaleBar({ metersPerPixel }: { readonly metersPerPixel: number }) {
  const { label, widthPx } = scaleOf(metersPerPixel, 96)
  return (
    <div className="globe-scale" role="img" aria-label={`Scale: ${label}`}>
      {label}
      <span className="globe-scale-bar" style={{ width: `${widthPx}px` }} />
    </div>
  )
}
