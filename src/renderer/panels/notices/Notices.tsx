// Sentences that came up, at the bottom of the map; errors stay until closed and can be copied.

import { CircleAlert, CircleCheck, Info, PlugZap, X } from 'lucide-react'
import { IconButton } from '../../controls/Button.tsx'
import type { Notice } from '../../state/notices.ts'
import { useApp, useAppState } from '../../state/use-app.ts'
import { CopyButton } from './CopyButton.tsx'

export function Notices() {
  const list = useAppState((state) => state.notices.list)
  const connection = useAppState((state) => state.files.connection)
  return (
    <div className="notices">
      {connection === 'lost' && (
        <div className="notice" data-kind="error" role="alert">
          <PlugZap aria-hidden />
          <p className="grow">
            The engine does not answer. Trying again every second; if this stays, start Ground Control again.
          </p>
        </div>
      )}
      {list.map((notice) => (
        <NoticeRow key={notice.noticeId} notice={notice} />
      ))}
    </div>
  )
}

function NoticeRow({ notice }: { readonly notice: Notice }) {
  const { notices } = useApp()
  const Icon = notice.kind === 'error' ? CircleAlert : notice.kind === 'done' ? CircleCheck : Info
  return (
    <div className="notice" data-kind={notice.kind} role={notice.kind === 'error' ? 'alert' : 'status'}>
      <Icon aria-hidden />
      <p className="grow">{notice.text}</p>
      {notice.kind === 'error' && <CopyButton text={notice.text} />}
      <IconButton label="Close this message" small onPress={() => notices.dismiss(notice.noticeId)}>
        <X />
      </IconButton>
    </div>
  )
}
