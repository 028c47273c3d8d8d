// Licence and credit line of each product. The line of AlphaEarth is the one its licence asks for, word by word; the others
// name what the licence asks to be named: the work, who made it, the licence.

import type { EmbeddingProduct } from '../../shared/contract.ts'

export interface ProductCredit {
  readonly licence: string
  readonly attribution: string
  /** that made the vectors, of products with one model only */
  readonly model?: string
}

/** What is known of whom to credit; absent where nothing is. */
export interface Credit {
  readonly licence?: string
  readonly attribution?: string
  readonly model?: string
}

type Released = Exclude<EmbeddingProduct, `generic-${string}`>

const alphaEarth = 'The AlphaEarth Foundations Satellite Embedding dataset is produced by Google and Google DeepMind.'

export const productCredits: Readonly<Record<Released, ProductCredit>> = {
  'major-tom': {
    licence: 'CC-BY-SA-4.0',
    attribution: 'Major TOM embeddings by CloudFerro and ESA Φ-lab, CC-BY-SA-4.0; made from Copernicus Sentinel data.',
  },
  'earth-embeddings': {
    licence: 'CC-BY-SA-4.0',
    attribution: 'EarthEmbeddings by ML4Sustain, CC-BY-SA-4.0; made from Major TOM Core and Copernicus Sentinel data.',
  },
  'clay-v0': {
    licence: 'ODC-By-1.0',
    attribution: 'Clay v0 embeddings by Clay, ODC-By-1.0; made from Copernicus Sentinel data.',
    model: 'Clay v0',
  },
  'clay-v1.5-naip': {
    licence: 'CC-BY-4.0',
    attribution: 'Clay v1.5 NAIP embeddings by Clay, CC-BY-4.0; made from NAIP imagery.',
    model: 'Clay v1.5',
  },
  'clay-v1.5-sentinel2': {
    licence: 'CC-BY-4.0',
    attribution: 'Clay v1.5 Sentinel-2 embeddings by Clay and LGND, CC-BY-4.0; made from Copernicus Sentinel data.',
    model: 'Clay v1.5',
  },
  'earth-index': {
    licence: 'CC-BY-4.0',
    attribution: 'Earth Index embeddings by Earth Genome, CC-BY-4.0; made from Copernicus Sentinel data.',
    model: 'SoftCon ViT-S/14',
  },
  'copernicus-embed': {
    licence: 'CC-BY-4.0',
    attribution: 'Copernicus-Embed-025deg by Wang et al. (Copernicus-FM), CC-BY-4.0; made from Copernicus data.',
    model: 'Copernicus-FM',
  },
  alphaearth: { licence: 'CC-BY-4.0', attribution: alphaEarth, model: 'AlphaEarth Foundations' },
  'alphaearth-major-tom': { licence: 'CC-BY-4.0', attribution: alphaEarth, model: 'AlphaEarth Foundations' },
  tessera: {
    licence: 'CC0-1.0',
    attribution: 'TESSERA embeddings by the University of Cambridge, CC0-1.0; made from Copernicus Sentinel data.',
    model: 'TESSERA',
  },
  presto: {
    licence: 'CC-BY-4.0',
    attribution: 'Presto embeddings of Togo by NASA Harvest, CC-BY-4.0; made from Copernicus Sentinel data.',
    model: 'Presto',
  },
  esd: {
    licence: 'CC-BY-4.0',
    attribution: 'Embedded Seamless Data (ESD), CC-BY-4.0; made from Landsat and MODIS data.',
    model: 'ESDNet',
  },
}
