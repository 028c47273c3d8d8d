import type { ReactNode } from 'react'
import { SwitchButton, SwitchField } from 'react-aria-components'

export function Switch(props: {
  readonly isOn: boolean
  readonly onChange: (isOn: boolean) => void
  readonly children: ReactNode
  readonly isDisabled?: boolean
}) {
  return (
    <SwitchField isSelected={props.isOn} onChange={props.onChange} isDisabled={props.isDisabled ?? false}>
      <SwitchButton className="switch">
        <span className="switch-label">{props.children}</span>
        <span className="switch-track" />
      </SwitchButton>
    </SwitchField>
  )
}
