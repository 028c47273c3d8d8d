import { rm } from 'node:fs/promises'
import { parse } from 'node:path'
import { writeOutputFile } from '../bytes/output-file.ts'
import type { Failure } from './read-batches.ts'

/** What a part does not hold, and why. */
export interface PartReport {
  readonly rows: number
  /** could not be embedded */
  readonly failures: readonly Failure[]
  /** left out on purpose, e.g. almost all nodata */
  readonly skipped: readonly Failure[]
}

/** `part_00001.parquet` -> `part_00001.report.json` */
export function partReportPath(partPath: string): string {
  const { dir, name } = parse(partPath)
  return `${dir}/${name}.report.json`
}

/** Writes the sidecar of a part that lacks images; removes an older one where nothing is missing. */
export async function writePartReport(partPath: string, report: PartReport): Promise<void> {
  const path = partReportPath(partPath)
  if (report.failures.length + report.skipped.length === 0) return await rm(path, { force: true })
  await writeOutputFile(path, (file) => file.writeFile(`${JSON.stringify(report, undefined, 2)}\n`))
}
