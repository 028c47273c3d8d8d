import { ImageOff } from 'lucide-react'
import { useState } from 'react'

/** An image of a fragment; loads when it comes into view unless `eager`, and says so when there is none. */
export function Thumbnail(props: { readonly url: string | undefined; readonly alt: string; readonly eager?: boolean }) {
  const [failedUrl, setFailedUrl] = useState<string>()
  if (props.url === undefined || failedUrl === props.url) {
    return (
      <span className="thumbnail thumbnail-none">
        <ImageOff aria-hidden />
        <span className="visually-hidden">No image</span>
      </span>
    )
  }
  return (
    <img
      className="thumbnail"
      src={props.url}
      alt={props.alt}
      loading={props.eager === true ? 'eager' : 'lazy'}
      decoding="async"
      draggable={false}
      onError={() => setFailedUrl(props.url)}
    />
  )
}
