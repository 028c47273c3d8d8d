// What is embedded of a part before its Parquet file can be written: an append-only file beside the output.
//
//     "GCSPOOL1"  record*          record = u32 JSON bytes, u32 vector bytes, sha256 of both, JSON, float32 vectors
//
// The first record is the head, then come batches of rows, and after the last batch of a chunk its end. Only an end makes
// a chunk count, and it is synced to disk: after a crash everything behind the last whole end is cut off.

import { createHash } from 'node:crypto'
import { type FileHandle, open, rm } from 'node:fs/promises'
import { outputError } from '../bytes/output-file.ts'
import { writeAll } from '../bytes/write-all.ts'
import type { Precision } from '../models/built-models.ts'
import type { Failure, FragmentRow, ImageOutcome } from './read-batches.ts'

/** What has to stay as it was for the rest of the part to fit what is there. */
export interface SpoolSettings {
  readonly batchSize: number
  readonly provider: string
  /** threads of the CPU provider; absent = as many as ONNX Runtime chooses */
  readonly threads?: number | undefined
  /** of the network; absent = float32 */
  readonly precision?: Precision | undefined
}

export interface SpoolHead {
  /** says from what and how the part is made; another identity, another spool */
  readonly identity: string
  readonly dimensions: number
  readonly settings: SpoolSettings
}

/** What the end of a chunk knows beside its rows. */
export interface ChunkEnd {
  readonly chunk: number
  readonly images: readonly ImageOutcome[]
  readonly failures: readonly Failure[]
  readonly skipped: readonly Failure[]
  /** images of which not every fragment could be embedded: none of their rows count */
  readonly badImages: readonly string[]
}

/** A row and where its vector stands in the file. */
export interface SpooledRow {
  readonly row: FragmentRow
  readonly vectorAt: number
}

type SpoolRecord =
  | { readonly type: 'head'; readonly head: SpoolHead }
  | { readonly type: 'rows'; readonly rows: readonly FragmentRow[] }
  | { readonly type: 'end'; readonly end: ChunkEnd }

const magic = Buffer.from('GCSPOOL1')
const prefixBytes = 8 + 32

export class PartSpool {
  readonly path: string
  readonly head: SpoolHead
  readonly #file: FileHandle
  #end: number
  readonly #rows: SpooledRow[] = []
  #openRows: SpooledRow[] = []
  readonly #ends: ChunkEnd[] = []

  private constructor(path: string, head: SpoolHead, file: FileHandle, end: number) {
    this.path = path
    this.head = head
    this.#file = file
    this.#end = end
  }

  /** A new spool; one that is there is replaced. @throws EngineError as `outputError` */
  static async create(path: string, head: SpoolHead): Promise<PartSpool> {
    try {
      const file = await open(path, 'w+')
      await writeAll(file, magic, 0)
      const spool = new PartSpool(path, head, file, magic.length)
      await spool.#append({ type: 'head', head })
      return spool
    } catch (error) {
      await rm(path, { force: true }).catch(() => {})
      throw outputError(path, error)
    }
  }

  /** The head of the spool at `path`, which is left as it is; undefined when there is none or its head is torn. */
  static async readHead(path: string): Promise<SpoolHead | undefined> {
    const file = await open(path, 'r').catch(() => undefined)
    try {
      return file === undefined ? undefined : (await readFirst(file))?.head
    } finally {
      await file?.close()
    }
  }

  /** The spool at `path` with its whole chunks; undefined when there is none or its head is torn. */
  static async reopen(path: string): Promise<PartSpool | undefined> {
    const file = await open(path, 'r+').catch(() => undefined)
    if (file === undefined) return undefined
    const first = await readFirst(file)
    if (first === undefined) {
      await file.close()
      return undefined
    }
    const spool = new PartSpool(path, first.head, file, first.next)
    await spool.#replay()
    return spool
  }

  /** Ends of the finished chunks, in their order. */
  get ends(): readonly ChunkEnd[] {
    return this.#ends
  }

  /** Rows of the finished chunks; an image that is bad in one chunk has none from others either. */
  get rows(): readonly SpooledRow[] {
    const bad = new Set(this.#ends.flatMap((end) => end.badImages))
    return bad.size === 0 ? this.#rows : this.#rows.filter(({ row }) => !bad.has(row.image))
  }

  /** @param vectors row-major, one for each of `rows` */
  async addRows(rows: readonly FragmentRow[], vectors: Float32Array): Promise<void> {
    const vectorsAt = await this.#append({ type: 'rows', rows }, vectors)
    this.#take(rows, vectorsAt)
  }

  async finishChunk(end: ChunkEnd): Promise<void> {
    await this.#append({ type: 'end', end })
    await this.#file.sync().catch((error: unknown) => {
      throw outputError(this.path, error)
    })
    this.#close(end)
  }

  async readVector(at: number, into: Float32Array): Promise<void> {
    const { bytesRead } = await this.#file.read(bytesOf(into), 0, into.byteLength, at)
    if (bytesRead !== into.byteLength) throw new Error(`${this.path}: expected a vector at byte ${at}, got its end`)
  }

  /** Leaves the file for `reopen`, or removes it where no chunk is finished. */
  async close(): Promise<void> {
    await this.#file.close()
    if (this.#ends.length === 0) await rm(this.path, { force: true })
  }

  async remove(): Promise<void> {
    await this.#file.close()
    await rm(this.path, { force: true })
  }

  async #replay(): Promise<void> {
    let wholeEnd = this.#end
    let at = this.#end
    for (;;) {
      const found = await readRecord(this.#file, at)
      if (found === undefined) break
      at = found.next
      if (found.record.type === 'rows') this.#take(found.record.rows, found.vectorsAt)
      if (found.record.type === 'end') {
        this.#close(found.record.end)
        wholeEnd = at
      }
    }
    this.#openRows = []
    this.#end = wholeEnd
    await this.#file.truncate(wholeEnd)
  }

  #take(rows: readonly FragmentRow[], vectorsAt: number): void {
    const stride = this.head.dimensions * 4
    this.#openRows.push(...rows.map((row, i) => ({ row, vectorAt: vectorsAt + i * stride })))
  }

  #close(end: ChunkEnd): void {
    this.#rows.push(...this.#openRows)
    this.#openRows = []
    this.#ends.push(end)
  }

  /** @returns where the vectors start */
  async #append(record: SpoolRecord, vectors: Float32Array = new Float32Array(0)): Promise<number> {
    const json = Buffer.from(JSON.stringify(record))
    const values = bytesOf(vectors)
    const prefix = Buffer.alloc(prefixBytes)
    prefix.writeUInt32LE(json.length, 0)
    prefix.writeUInt32LE(values.length, 4)
    createHash('sha256').update(json).update(values).digest().copy(prefix, 8)
    try {
      await writeAll(this.#file, Buffer.concat([prefix, json, values]), this.#end)
    } catch (error) {
      throw outputError(this.path, error)
    }
    const vectorsAt = this.#end + prefixBytes + json.length
    this.#end = vectorsAt + values.length
    return vectorsAt
  }
}

interface FoundRecord {
  readonly record: SpoolRecord
  readonly vectorsAt: number
  readonly next: number
}

async function readFirst(file: FileHandle): Promise<{ readonly head: SpoolHead; readonly next: number } | undefined> {
  const start = await readExactly(file, magic.length, 0)
  const first = start?.equals(magic) === true ? await readRecord(file, magic.length) : undefined
  return first?.record.type === 'head' ? { head: first.record.head, next: first.next } : undefined
}

/** undefined at the end of the file, and for a record that is torn */
async function readRecord(file: FileHandle, at: number): Promise<FoundRecord | undefined> {
  const prefix = await readExactly(file, prefixBytes, at)
  if (prefix === undefined) return undefined
  const [jsonBytes, vectorBytes] = [prefix.readUInt32LE(0), prefix.readUInt32LE(4)]
  const { size } = await file.stat()
  if (at + prefixBytes + jsonBytes + vectorBytes > size) return undefined
  const content = await readExactly(file, jsonBytes + vectorBytes, at + prefixBytes)
  if (content === undefined) return undefined
  if (!createHash('sha256').update(content).digest().equals(prefix.subarray(8))) return undefined
  const record = JSON.parse(content.toString('utf8', 0, jsonBytes)) as SpoolRecord
  const vectorsAt = at + prefixBytes + jsonBytes
  return { record, vectorsAt, next: vectorsAt + vectorBytes }
}

async function readExactly(file: FileHandle, length: number, at: number): Promise<Buffer | undefined> {
  const buffer = Buffer.alloc(length)
  const { bytesRead } = await file.read(buffer, 0, length, at)
  return bytesRead === length ? buffer : undefined
}

function bytesOf(values: Float32Array): Uint8Array {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength)
}
