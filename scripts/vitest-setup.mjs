import { buildSides } from './build.mjs'

/** Builds dist/main once before the unit tests, unless it is fresh. A failing build fails only the tests that need it. */
export async function setup() {
  try {
    await buildSides(['main'], { onlyStale: true })
  } catch (error) {
    console.error(`dist/main could not be built: ${error.message}`)
  }
}
