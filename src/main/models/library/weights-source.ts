// Where the weights of a model come from and what they are called here.

import type { ModelCard } from '../model-card.ts'

/** The part of a card that the library needs; every kind of card has it. */
export interface LibraryModel {
  readonly id: string
  readonly weights: ModelCard['weights']
}

export interface WeightsSource {
  readonly address: string
  /** place below the folder of weights: models with the same weights share one file */
  readonly folder: string
  readonly fileName: string
  /** lower-case hex */
  readonly sha256?: string
  /** first digits of it, where no more is known */
  readonly sha256Prefix?: string
  readonly byteLength?: number
}

/** Weights that lie in a repository without an address of their own are there. */
export const defaultEndpoint = 'https://huggingface.co'

/**
 * @param endpoint stands for Hugging Face: a mirror with the same paths
 * @returns undefined when the card says no address
 */
export function weightsSource({ weights }: LibraryModel, endpoint: string): WeightsSource | undefined {
  const { repository, file, revision = 'main', url, sha256, bytes } = weights
  const place =
    repository !== undefined && file !== undefined
      ? {
          address: `${endpoint.replace(/\/+$/, '')}/${repository}/resolve/${encodeURIComponent(revision)}/${encodePath(file)}`,
          file,
          // another revision is another file
          of: revision === 'main' ? repository : `${repository}/${revision}`,
        }
      : url === undefined
        ? undefined
        : { address: url, ...placeOf(new URL(url)) }
  if (place === undefined) return undefined
  const fileName = safeName(place.file.split('/').at(-1)!)
  const sha256Prefix = weights.sha256Prefix ?? prefixInName(fileName)
  return {
    address: place.address,
    folder: safeName([...place.of.split('/'), ...place.file.split('/').slice(0, -1)].join('--')),
    fileName,
    ...(sha256 === undefined ? {} : { sha256 }),
    ...(sha256Prefix === undefined ? {} : { sha256Prefix }),
    ...(bytes === undefined ? {} : { byteLength: bytes }),
  }
}

const encodePath = (path: string) => path.split('/').map(encodeURIComponent).join('/')

function placeOf({ hostname, pathname }: URL): { file: string; of: string } {
  const parts = pathname.split('/').filter((part) => part !== '')
  return { file: parts.at(-1) ?? 'weights', of: [hostname, ...parts.slice(0, -1)].join('/') }
}

/** torch.hub's habit: `name-d6c330e9.pth` begins its sha256 so. Digits alone may be a date and prove nothing. */
function prefixInName(fileName: string): string | undefined {
  const hex = /-([0-9a-f]{8,64})\.(?:pth|pt|bin|ckpt|safetensors)$/.exec(fileName)?.[1]
  return hex !== undefined && /[a-f]/.test(hex) ? hex : undefined
}

/** Letters, digits, dot, dash and underscore; never a name that means a folder. */
function safeName(name: string): string {
  return name.replace(/[^A-Za-z0-9._-]/g, '_').replace(/^\.+/, '_')
}
