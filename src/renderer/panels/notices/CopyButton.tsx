import { Check, Copy } from 'lucide-react'
import { useEffect, useState } from 'react'
import { IconButton } from '../../controls/Button.tsx'
import { useApp } from '../../state/use-app.ts'

/** Puts a text on the clipboard, and says so for a moment. */
export function CopyButton({ text, what = 'this message' }: { readonly text: string; readonly what?: string }) {
  const { notices } = useApp()
  const [copied, setCopied] = useState<string>()
  useEffect(() => {
    if (copied === undefined) return
    const timer = setTimeout(() => setCopied(undefined), shownMs)
    return () => clearTimeout(timer)
  }, [copied])
  const copy = () => navigator.clipboard.writeText(text).then(() => setCopied(text), notices.fail)
  const isCopied = copied === text
  return (
    <IconButton label={isCopied ? 'Copied' : `Copy ${what}`} small className="copy" onPress={() => void copy()}>
      {isCopied ? <Check className="good" /> : <Copy />}
    </IconButton>
  )
}

const shownMs = 2000
