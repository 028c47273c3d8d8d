import { FileX2, Globe, X } from 'lucide-react'
import { Button as AriaButton } from 'react-aria-components'
import { IconButton } from '../../controls/Button.tsx'
import { titleOf } from '../../state/sets.ts'
import { useApp, useAppState } from '../../state/use-app.ts'
import { countOf, dateText } from '../wording.ts'

export function RecentFiles({ limit = 8 }: { readonly limit?: number }) {
  const app = useApp()
  const recent = useAppState((state) => state.files.recent)
  return (
    <ul className="recent-list" aria-label="Recent files">
      {recent.slice(0, limit).map((file) => (
        <li key={file.path} className="recent">
          <AriaButton
            className="recent-open"
            isDisabled={file.missing}
            aria-label={file.missing ? `${file.name}, missing` : `Open ${file.name}`}
            onPress={() => app.files.openRecent(file.path).catch(app.notices.fail)}
          >
            {file.missing ? <FileX2 className="icon bad" aria-hidden /> : <Globe className="icon faint" aria-hidden />}
            <span className="grow truncate" title={file.path}>
              {titleOf(file.name)}
            </span>
            <span className="faint">
              {file.missing ? 'missing' : `${countOf(file.count, 'fragment')}, ${dateText(file.openedAt)}`}
            </span>
          </AriaButton>
          <IconButton
            label={`Forget ${file.name}`}
            small
            onPress={() => app.files.forget(file.path).catch(app.notices.fail)}
          >
            <X />
          </IconButton>
        </li>
      ))}
    </ul>
  )
}
