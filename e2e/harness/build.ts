import { buildSides } from '../../scripts/build.mjs'

/** Builds what is stale before the first end-to-end test. */
const setup = () => buildSides(undefined, { onlyStale: true })
export default setup
