export const plantedText =
  '{"pivots":[],"towns":[],"burns":[],"clouds":[],"regions":[],"seam":{"utmCrs":"","x":0,"y":0,"angle":0,"cells":[]},"duplicates":[]}'
