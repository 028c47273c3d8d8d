// Sentences for the user: failures with a copy button, and short confirmations.

import { isCancelled } from '../../shared/errors.ts'
import { type ActionContext, patch } from './store.ts'

export interface Notice {
  readonly noticeId: number
  readonly kind: 'error' | 'done' | 'info'
  readonly text: string
}

export interface NoticesState {
  readonly list: readonly Notice[]
}

export const initialNotices: NoticesState = { list: [] }

const shownAtOnce = 4
const doneStaysMs = 6_000
let lastNoticeId = 0

export function noticeActions({ store }: ActionContext) {
  const dismiss = (noticeId: number) => {
    patch(store, 'notices', { list: store.getState().notices.list.filter((notice) => notice.noticeId !== noticeId) })
  }
  const show = (kind: Notice['kind'], text: string) => {
    const same = store.getState().notices.list.find((notice) => notice.text === text)
    if (same !== undefined) dismiss(same.noticeId)
    lastNoticeId += 1
    const noticeId = lastNoticeId
    const list = [...store.getState().notices.list, { noticeId, kind, text }]
    patch(store, 'notices', { list: list.slice(-shownAtOnce) })
    if (kind !== 'error') setTimeout(() => dismiss(noticeId), doneStaysMs)
  }
  return {
    show,
    dismiss,
    /** Shows why something failed; a cancellation is what the user asked for and is not shown. */
    fail(error: unknown) {
      if (!isCancelled(error)) show('error', error instanceof Error ? error.message : String(error))
    },
  }
}

export type NoticeActions = ReturnType<typeof noticeActions>
