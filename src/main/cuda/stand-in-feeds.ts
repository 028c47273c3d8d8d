// Used by tests only: NuGet's and PyPI's answers for tiny packages, to be served by a host on this machine.

import { createHash } from 'node:crypto'
import { basename } from 'node:path'
import { zipOf } from '../bytes/test-zip.ts'
import { type PinnedWheel, pinnedWheels, providerPackage } from './cuda-packages.ts'

export interface StandIns {
  readonly wheels: readonly PinnedWheel[]
  readonly files: Map<string, Buffer>
  /** path of a package on the host, by its name */
  readonly paths: ReadonlyMap<string, string>
}

/** Packages with the names and entries of the real ones, a text and some noise in each library. */
export function standIns(runtimeVersion: string, noiseBytes = 20_000): StandIns {
  const files = new Map<string, Buffer>()
  const paths = new Map<string, string>()
  const contentOf = (entries: readonly string[]) =>
    zipOf({
      ...Object.fromEntries(entries.map((entry) => [entry, libraryText(basename(entry), noiseBytes)])),
      'some.dist-info/License.txt': Buffer.from('a licence'),
      'some.dist-info/METADATA': Buffer.from('nothing that is taken'),
    })
  const wheels = pinnedWheels.slice(0, 3).map((wheel): PinnedWheel => {
    const content = contentOf(wheel.entries)
    const sha256 = createHash('sha256').update(content).digest('hex')
    const path = `/packages/${wheel.file}`
    const listing = { files: [{ filename: wheel.file, url: `../..${path}`, hashes: { sha256 } }] }
    files.set(path, content)
    paths.set(wheel.name, path)
    files.set(`/simple/${wheel.name}/`, json(listing))
    return { ...wheel, byteLength: content.length, sha256, unpackedBytes: noiseBytes * wheel.entries.length }
  })
  const { name, version, entries } = providerPackage(runtimeVersion)
  const content = contentOf(entries)
  const path = `/flat/${name}.nupkg`
  files.set(path, content)
  paths.set(name, path)
  const registration = `/registration/${name.toLowerCase()}/${version}.json`
  files.set(
    '/v3/index.json',
    json({ version: '3.0.0', resources: [{ '@id': '/registration', '@type': 'RegistrationsBaseUrl/3.6.0' }] }),
  )
  files.set(registration, json({ catalogEntry: '/catalog/entry.json', packageContent: path, listed: true }))
  files.set('/catalog/entry.json', catalogEntryOf(content))
  return { wheels, files, paths }
}

export function catalogEntryOf(content: Buffer): Buffer {
  const packageHash = createHash('sha512').update(content).digest('base64')
  return json({ packageHash, packageHashAlgorithm: 'SHA512', packageSize: content.length })
}

export function libraryText(name: string, noiseBytes: number): Buffer {
  // xorshift, which does not pack
  let state = name.length * 7919
  const noise = Buffer.from(
    Array.from({ length: noiseBytes }, () => {
      state ^= state << 13
      state ^= state >>> 17
      state ^= state << 5
      return state & 255
    }),
  )
  return Buffer.concat([Buffer.from(`not a library: ${name}`), noise])
}

const json = (value: unknown) => Buffer.from(JSON.stringify(value))
