// The whole window is one drop zone.

import { FileDown } from 'lucide-react'
import { useEffect, useState } from 'react'
import { useApp } from '../../state/use-app.ts'
import { droppedFiles } from './dropped-files.ts'

export function DropTarget() {
  const { files, client, notices } = useApp()
  const [isOver, setIsOver] = useState(false)

  useEffect(() => {
    let depth = 0
    const carriesFiles = (event: DragEvent) => event.dataTransfer?.types.includes('Files') === true
    const enter = (event: DragEvent) => {
      if (!carriesFiles(event)) return
      event.preventDefault()
      depth += 1
      setIsOver(true)
    }
    const leave = () => {
      depth = Math.max(0, depth - 1)
      if (depth === 0) setIsOver(false)
    }
    const over = (event: DragEvent) => {
      if (carriesFiles(event)) event.preventDefault()
    }
    const drop = (event: DragEvent) => {
      if (event.dataTransfer === null || !carriesFiles(event)) return
      event.preventDefault()
      depth = 0
      setIsOver(false)
      droppedFiles(event.dataTransfer, { walkFolders: client.bridge === undefined })
        .then(files.takeFiles)
        .catch(notices.fail)
    }
    const handlers = { dragenter: enter, dragleave: leave, dragover: over, drop } as const
    for (const [type, handler] of Object.entries(handlers)) window.addEventListener(type, handler as EventListener)
    return () => {
      for (const [type, handler] of Object.entries(handlers)) window.removeEventListener(type, handler as EventListener)
    }
  }, [files, client, notices])

  if (!isOver) return null
  return (
    <div className="drop-veil">
      <FileDown aria-hidden />
      <p className="strong">Drop to open or embed</p>
      <p className="dim">Embeddings Parquet, Core Parquet, GeoTIFF, images, folders of bands, ONNX models</p>
    </div>
  )
}
