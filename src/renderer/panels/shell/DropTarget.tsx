// The whole window is one drop zone; what is dropped on the query is searched with.

import { FileDown } from 'lucide-react'
import { useEffect, useState } from 'react'
import { useApp } from '../../state/use-app.ts'
import { droppedFiles } from './dropped-files.ts'

/** What an element has on which an image is dropped to search with it. */
export const dropsOnQuery = { 'data-drop': 'query' } as const

/** Where files are held over the window. */
type Over = 'window' | 'query'

export function DropTarget() {
  const { files, imageQuery, client, notices } = useApp()
  const [over, setOver] = useState<Over>()

  useEffect(() => {
    let depth = 0
    const carriesFiles = (event: DragEvent) => event.dataTransfer?.types.includes('Files') === true
    const enter = (event: DragEvent) => {
      if (!carriesFiles(event)) return
      event.preventDefault()
      depth += 1
      setOver(placeOf(event))
    }
    const leave = () => {
      depth = Math.max(0, depth - 1)
      if (depth === 0) setOver(undefined)
    }
    const hold = (event: DragEvent) => {
      if (carriesFiles(event)) event.preventDefault()
    }
    const drop = (event: DragEvent) => {
      if (event.dataTransfer === null || !carriesFiles(event)) return
      event.preventDefault()
      depth = 0
      setOver(undefined)
      const take = placeOf(event) === 'query' ? imageQuery.take : files.takeFiles
      droppedFiles(event.dataTransfer, { walkFolders: client.bridge === undefined })
        .then(take)
        .catch(notices.fail)
    }
    const handlers = { dragenter: enter, dragleave: leave, dragover: hold, drop } as const
    for (const [type, handler] of Object.entries(handlers)) window.addEventListener(type, handler as EventListener)
    return () => {
      for (const [type, handler] of Object.entries(handlers)) window.removeEventListener(type, handler as EventListener)
    }
  }, [files, imageQuery, client, notices])

  if (over === undefined) return null
  return (
    <div className="drop-veil">
      <FileDown aria-hidden />
      <p className="strong">{over === 'query' ? 'Drop to search with this image' : 'Drop to open or embed'}</p>
      <p className="dim">
        {over === 'query'
          ? 'GeoTIFF, PNG, JPEG or a folder of bands'
          : 'Embeddings (Parquet), imagery (GeoTIFF, JPEG, PNG, Core Parquet, a folder of bands) or an ONNX network'}
      </p>
    </div>
  )
}

function placeOf({ target }: DragEvent): Over {
  return target instanceof Element && target.closest('[data-drop="query"]') !== null ? 'query' : 'window'
}
