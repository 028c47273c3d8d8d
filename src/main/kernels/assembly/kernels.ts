// AssemblyScript, compiled by scripts/build-kernels.mjs into dist/main/kernels.wasm. Not TypeScript: tsc leaves this folder out.

export { encodeCodes, scanCodes } from './codes'
export { addProducts, multiplyByRows } from './products'
export { dotRows, squaredDistances, subtractFromRows, widenBytes, widenHalf } from './rows'
