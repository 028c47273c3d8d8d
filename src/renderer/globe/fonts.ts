// Fonts of the names on the map. MapLibre draws glyphs itself from any CSS family and reads weight and style out of its name,
// so each is registered under a name that says them.

import monoUrl from '@fontsource/jetbrains-mono/files/jetbrains-mono-latin-500-normal.woff2?url'
import italicUrl from '@fontsource-variable/inter/files/inter-latin-wght-italic.woff2?url'
import interUrl from '@fontsource-variable/inter/files/inter-latin-wght-normal.woff2?url'

export const fontNames = { medium: 'Map Inter Medium', italic: 'Map Inter Italic', mono: 'Map Mono Medium' } as const

let loading: Promise<unknown> | undefined

/** Registers and loads the fonts once a page; a font that fails leaves the browser's sans-serif in its place. */
export function loadMapFonts(): Promise<unknown> {
  loading ??= Promise.allSettled([
    register(fontNames.medium, interUrl, { weight: '100 900' }),
    register(fontNames.italic, italicUrl, { weight: '100 900', style: 'italic' }),
    register(fontNames.mono, monoUrl, { weight: '500' }),
  ])
  return loading
}

function register(family: string, url: string, descriptors: FontFaceDescriptors): Promise<FontFace> {
  const face = new FontFace(family, `url(${JSON.stringify(url)})`, descriptors)
  document.fonts.add(face)
  return face.load()
}
