import { Slider as AriaSlider, Label, SliderFill, SliderOutput, SliderThumb, SliderTrack } from 'react-aria-components'

export function Slider(props: {
  readonly label: string
  readonly value: number
  readonly min: number
  readonly max: number
  readonly step: number
  readonly format?: Intl.NumberFormatOptions
  readonly onChange?: (value: number) => void
  readonly onEnd?: (value: number) => void
}) {
  return (
    <AriaSlider
      className="slider"
      {...(props.onChange === undefined ? { defaultValue: props.value } : { value: props.value })}
      minValue={props.min}
      maxValue={props.max}
      step={props.step}
      {...(props.format === undefined ? {} : { formatOptions: props.format })}
      {...(props.onChange === undefined ? {} : { onChange: props.onChange })}
      {...(props.onEnd === undefined ? {} : { onChangeEnd: props.onEnd })}
    >
      <Label>{props.label}</Label>
      <SliderOutput />
      <SliderTrack className="slider-track">
        <SliderFill className="slider-fill" />
        <SliderThumb className="slider-thumb" />
      </SliderTrack>
    </AriaSlider>
  )
}
