import { X } from 'lucide-react'
import type { ReactNode } from 'react'
import { Dialog as AriaDialog, Heading, Modal, ModalOverlay } from 'react-aria-components'
import { IconButton } from './Button.tsx'

/** A modal dialog; Esc closes it, and so does a click outside unless what was typed would be lost. */
export function Dialog(props: {
  readonly title: string
  readonly widthPx: number
  readonly onClose: () => void
  readonly children: ReactNode
  readonly foot?: ReactNode
  readonly holdsTyping?: boolean
}) {
  return (
    <ModalOverlay
      className="scrim"
      isOpen
      isDismissable={props.holdsTyping !== true}
      onOpenChange={(isOpen) => !isOpen && props.onClose()}
    >
      <Modal className="dialog-frame" style={{ width: props.widthPx }}>
        <AriaDialog className="dialog">
          <div className="dialog-head">
            <Heading slot="title" level={2} className="dialog-title truncate">
              {props.title}
            </Heading>
            <IconButton label="Close" keys="Esc" onPress={props.onClose}>
              <X />
            </IconButton>
          </div>
          <div className="dialog-body">{props.children}</div>
          {props.foot !== undefined && <div className="dialog-foot">{props.foot}</div>}
        </AriaDialog>
      </Modal>
    </ModalOverlay>
  )
}
