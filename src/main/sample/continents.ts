/** The code of a continent in the land raster is its index here plus one; 0 is sea. */
export const continents = [
  'Africa',
  'Asia',
  'Europe',
  'North America',
  'South America',
  'Oceania',
  'Antarctica',
] as const
export type Continent = (typeof continents)[number]
