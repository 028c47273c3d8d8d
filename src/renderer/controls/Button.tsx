import type { ReactElement } from 'react'
import { Button as AriaButton, type ButtonProps, Tooltip, TooltipTrigger } from 'react-aria-components'

const tooltipDelayMs = 500

export function Button({ look = 'plain', ...props }: ButtonProps & { readonly look?: 'plain' | 'primary' | 'quiet' }) {
  return <AriaButton {...props} className={`button button-${look}`} />
}

/** A button that shows only its icon; the label is its name and its tooltip. */
export function IconButton({
  label,
  keys,
  small = false,
  className = '',
  ...props
}: Omit<ButtonProps, 'className'> & {
  readonly label: string
  readonly keys?: string | undefined
  readonly small?: boolean
  readonly className?: string
}) {
  return (
    <WithTooltip label={label} keys={keys}>
      <AriaButton
        {...props}
        aria-label={label}
        className={`icon-button ${small ? 'icon-button-small' : ''} ${className}`.trim()}
      />
    </WithTooltip>
  )
}

/** A label, and the key that does the same, on hover and focus. */
export function WithTooltip(props: {
  readonly label: string
  readonly keys?: string | undefined
  readonly children: ReactElement
}) {
  return (
    <TooltipTrigger delay={tooltipDelayMs} closeDelay={0}>
      {props.children}
      <Tooltip className="tooltip" offset={6}>
        {props.label}
        {props.keys !== undefined && <kbd>{props.keys}</kbd>}
      </Tooltip>
    </TooltipTrigger>
  )
}
