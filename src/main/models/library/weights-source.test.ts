import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { parseModelCard } from '../read-card.ts'
import { weightsFile } from './library-places.ts'
import { type LibraryModel, weightsSource } from './weights-source.ts'

const endpoint = 'https://huggingface.co'
const source = (weights: Partial<LibraryModel['weights']>, at = endpoint) =>
  weightsSource({ id: 'm', weights: { howToGet: 'ask', ...weights } }, at)

describe('the weights of a card', () => {
  it('lie in their repository, by revision', () => {
    const weights = { repository: 'torchgeo/decur', file: 'net-f0e69ba2.pth', revision: 'refs/pr/1' }
    expect(source(weights)).toEqual({
      address: 'https://huggingface.co/torchgeo/decur/resolve/refs%2Fpr%2F1/net-f0e69ba2.pth',
      folder: 'torchgeo--decur--refs--pr--1',
      fileName: 'net-f0e69ba2.pth',
      sha256Prefix: 'f0e69ba2',
    })
    expect(source(weights, 'http://mirror.test/hf/')?.address).toMatch(
      /^http:\/\/mirror\.test\/hf\/torchgeo\/decur\/resolve/,
    )
  })

  it('are in the repository also when the card repeats the address', () => {
    const weights = { repository: 'a/b', file: 'c.bin', url: 'https://huggingface.co/a/b/resolve/main/c.bin' }
    expect(source(weights, 'http://mirror.test')?.address).toBe('http://mirror.test/a/b/resolve/main/c.bin')
  })

  it('take no date for a hash', () => {
    expect(source({ repository: 'a/b', file: 'net-20240131.pth' })).not.toHaveProperty('sha256Prefix')
    expect(source({ repository: 'a/b', file: 'checkpoint-199.pth' })).not.toHaveProperty('sha256Prefix')
  })

  it.each([
    'http://host.test/../../x.pth',
    'http://host.test/%2e%2e/%2e%2e/..%2f..%2fetc',
    'http://host.test/a/..',
    'http://host.test/',
    'http://host.test/%zz/.hidden',
  ])('never leave the library: %s', (url) => {
    const parts = weightsFile('/models', source({ url })!).split('/')
    expect(parts.slice(0, 3)).toEqual(['', 'models', 'weights'])
    expect(parts).toHaveLength(5)
    expect(parts.filter((part) => part === '..' || part === '.')).toEqual([])
  })

  it.each([
    [{ sha256: 'ABC' }, /weights\.sha256: expected 64 lower-case hex digits, got "ABC"/],
    [{ sha256Prefix: 'd6c3' }, /weights\.sha256Prefix: expected 8 to 64 lower-case hex digits, got "d6c3"/],
    [{ repository: 'no owner' }, /weights\.repository: expected owner\/name, got "no owner"/],
    [{ url: 'file:///etc/passwd' }, /weights\.url/],
    [{ bytes: -1 }, /weights\.bytes/],
  ])('are refused where they make no sense: %j', (weights, sentence) => {
    const card = JSON.parse(readFileSync(new URL('../../../../models/rcf-64.json', import.meta.url), 'utf8')) as object
    const text = JSON.stringify({ ...card, weights: { howToGet: 'ask', ...weights } })
    expect(() => parseModelCard(text, 'card.json')).toThrow(sentence)
  })
})
