import { TextField as AriaTextField, FieldError, Input, Label } from 'react-aria-components'

/** A line of text or a number; the sentence below says what is wrong with it. */
export function TextField(props: {
  readonly label: string
  readonly value: string
  readonly onChange: (value: string) => void
  readonly problem?: string | undefined
  readonly placeholder?: string
}) {
  return (
    <AriaTextField
      className="text-field"
      value={props.value}
      onChange={props.onChange}
      isInvalid={props.problem !== undefined}
      validationBehavior="aria"
      autoComplete="off"
    >
      <Label className="label">{props.label}</Label>
      <Input className="input" {...(props.placeholder === undefined ? {} : { placeholder: props.placeholder })} />
      <FieldError className="field-problem">{props.problem}</FieldError>
    </AriaTextField>
  )
}
