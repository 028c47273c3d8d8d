// The colours of a layer, each palette shown as it is, and turned around.

import { ArrowLeftRight, ChevronDown } from 'lucide-react'
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
import { IconButton } from '../../controls/Button.tsx'
import { type PaletteKind, paletteGradient, palettes } from '../../globe/palettes.ts'
import type { ValuesLayer } from '../../state/layers.ts'
import { useApp } from '../../state/use-app.ts'

export function PaletteChoice({ layer }: { readonly layer: ValuesLayer }) {
  const { layers } = useApp()
  const { palette, isReversed } = layer.style
  const offered = palettes.filter(({ kind }) => fits(kind, layer))
  return (
    <div className="row">
      <AriaSelect
        className="palette-select"
        value={palette}
        onChange={(id) => layers.setStyle(layer.id, { palette: String(id) })}
      >
        <Label className="label">Colours</Label>
        <Button className="select-button">
          <SelectValue className="visually-hidden" />
          <Swatch id={palette} isReversed={isReversed} />
          <ChevronDown aria-hidden />
        </Button>
        <Popover className="popover" offset={4}>
          <ListBox className="list-box" items={offered}>
            {({ id, name }) => (
              <ListBoxItem id={id} textValue={name} className="list-box-item">
                <Swatch id={id} isReversed={isReversed} />
                <Text slot="label">{name}</Text>
              </ListBoxItem>
            )}
          </ListBox>
        </Popover>
      </AriaSelect>
      <IconButton
        small
        label="Turn the colours around"
        onPress={() => layers.setStyle(layer.id, { isReversed: !isReversed })}
      >
        <ArrowLeftRight />
      </IconButton>
    </div>
  )
}

function fits(kind: PaletteKind, { values: { values } }: ValuesLayer): boolean {
  return (kind === 'categories') === (values.kind === 'category')
}

function Swatch({ id, isReversed }: { readonly id: string; readonly isReversed: boolean }) {
  return <i className="palette-swatch" style={{ background: paletteGradient(id, isReversed) }} aria-hidden />
}
