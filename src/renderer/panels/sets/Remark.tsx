import { Info, TriangleAlert } from 'lucide-react'

/** A warning, of rows that are lost, or a note, of something worth knowing: told apart by icon, word and colour. */
export function Remark({ kind, text }: { readonly kind: 'warning' | 'note'; readonly text: string }) {
  const isWarning = kind === 'warning'
  const Icon = isWarning ? TriangleAlert : Info
  const colour = isWarning ? 'chosen' : 'dim'
  return (
    <p className={isWarning ? 'remark' : 'remark dim'}>
      <Icon className={`icon ${colour}`} aria-hidden />
      <span>
        <span className={`strong ${colour}`}>{isWarning ? 'Warning' : 'Note'}</span> {text}
      </span>
    </p>
  )
}
