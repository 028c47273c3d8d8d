import { ChevronDown } from 'lucide-react'
import {
  Select as AriaSelect,
  Button,
  Label,
  ListBox,
  ListBoxItem,
  Popover,
  SelectValue,
  Text,
} from 'react-aria-components'

export interface Option<K extends string> {
  readonly id: K
  readonly label: string
  readonly note?: string | undefined
  readonly description?: string | undefined
  readonly disabled?: boolean
}

/** One choice of a few. */
export function Select<K extends string>(props: {
  readonly label: string
  readonly value: K | undefined
  readonly options: readonly Option<K>[]
  readonly onChange: (value: K) => void
  readonly stacked?: boolean
  readonly placeholder?: string
}) {
  return (
    <AriaSelect
      className={props.stacked === true ? 'select select-stacked' : 'select'}
      value={props.value ?? null}
      onChange={(key) => props.onChange(key as K)}
      disabledKeys={props.options.filter((option) => option.disabled === true).map((option) => option.id)}
      {...(props.placeholder === undefined ? {} : { placeholder: props.placeholder })}
    >
      <Label className="label">{props.label}</Label>
      <Button className="select-button">
        <SelectValue className="select-value" />
        <ChevronDown aria-hidden />
      </Button>
      <Popover className="popover" offset={4}>
        <ListBox className="list-box" items={props.options}>
          {(option) => (
            <ListBoxItem id={option.id} textValue={option.label} className="list-box-item">
              <Text slot="label">{option.label}</Text>
              {option.note !== undefined && <span className="option-note">{option.note}</span>}
              {option.description !== undefined && <Text slot="description">{option.description}</Text>}
            </ListBoxItem>
          )}
        </ListBox>
      </Popover>
    </AriaSelect>
  )
}
