// The one contract between the engine and everything that uses it: calls, their shapes, the events.
// Both sides derive their types from here; no channel name, payload or result is typed a second time.

export * from './contract/calls.ts'
export * from './contract/cell-layers.ts'
export * from './contract/cuda.ts'
export * from './contract/embedding.ts'
export * from './contract/evaluation.ts'
export * from './contract/files.ts'
export * from './contract/jobs.ts'
export * from './contract/models.ts'
export * from './contract/place.ts'
export * from './contract/projects.ts'
export * from './contract/search.ts'
export * from './contract/selection.ts'
export * from './contract/sets.ts'
export * from './contract/status.ts'
export * from './contract/verification.ts'
export * from './contract/wire.ts'
