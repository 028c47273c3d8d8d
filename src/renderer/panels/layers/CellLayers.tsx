// The maps of the set's cells, topmost first. Their order is changed by dragging, or from the handle by the keyboard.

import { GripVertical, Trash2 } from 'lucide-react'
import { Button, GridList, GridListItem, useDragAndDrop } from 'react-aria-components'
import { IconButton } from '../../controls/Button.tsx'
import { Slider } from '../../controls/Slider.tsx'
import { Switch } from '../../controls/Switch.tsx'
import type { CellsLayer } from '../../state/layers.ts'
import { useApp, useAppState } from '../../state/use-app.ts'
import { noteOf, settingsOf, titleOf } from './layer-kinds.tsx'
import { PaletteChoice } from './PaletteChoice.tsx'
import { RangeChoice } from './RangeChoice.tsx'

export function CellLayers() {
  const { layers } = useApp()
  const cells = useAppState((state) => state.layers.cells)
  const hasMap = useAppState((state) => state.sets.map !== undefined)
  const { dragAndDropHooks } = useDragAndDrop({
    getItems: (keys) => [...keys].map((key) => ({ 'text/plain': String(key) })),
    onReorder({ keys, target }) {
      const moved = cells.filter(({ id }) => keys.has(id)).map(({ id }) => id)
      const rest = cells.map(({ id }) => id).filter((id) => !keys.has(id))
      const at = rest.indexOf(String(target.key)) + (target.dropPosition === 'after' ? 1 : 0)
      layers.reorder([...rest.slice(0, at), ...moved, ...rest.slice(at)])
    },
  })
  return (
    <GridList
      // React Aria takes no hooks for dragging later than at first
      key={cells.length < 2 ? 'one' : 'several'}
      className="stack cell-layers"
      aria-label="Maps, topmost first"
      items={cells}
      dependencies={[hasMap, cells.length]}
      {...(cells.length < 2 ? {} : { dragAndDropHooks })}
      keyboardNavigationBehavior="tab"
      selectionMode="none"
    >
      {(layer) => (
        <GridListItem id={layer.id} textValue={titleOf(layer)} className="card stack cell-layer">
          <LayerCard layer={layer} isAlone={cells.length < 2} isMissing={layer.kind === 'pca' && !hasMap} />
        </GridListItem>
      )}
    </GridList>
  )
}

function LayerCard(props: { readonly layer: CellsLayer; readonly isAlone: boolean; readonly isMissing: boolean }) {
  const { layers } = useApp()
  const { layer, isAlone, isMissing } = props
  const Settings = settingsOf(layer)
  const title = titleOf(layer)
  return (
    <>
      <div className="row">
        {!isAlone && (
          <Button slot="drag" className="drag-handle" aria-label={`Move ${title}`}>
            <GripVertical size={14} aria-hidden />
          </Button>
        )}
        <div className="grow cell-layer-switch">
          <Switch
            isOn={layer.shown && !isMissing}
            onChange={(isOn) => layers.setShown(layer.id, isOn)}
            isDisabled={isMissing}
          >
            {title} <span className="dim">{noteOf(layer)}</span>
          </Switch>
        </div>
        {layer.kind !== 'pca' && (
          <IconButton small label={`Remove ${title}`} onPress={() => layers.remove(layer.id)}>
            <Trash2 />
          </IconButton>
        )}
      </div>
      {layer.shown && !isMissing && (
        <>
          {layer.kind === 'values' && (
            <>
              {layer.style.colours === undefined && <PaletteChoice layer={layer} />}
              <RangeChoice layer={layer} />
              {Settings !== undefined && <Settings layer={layer} />}
            </>
          )}
          <Slider
            label="Opacity"
            value={layer.opacity}
            min={0}
            max={1}
            step={0.05}
            format={{ style: 'percent' }}
            onChange={(opacity) => layers.setOpacity(layer.id, opacity)}
          />
        </>
      )}
    </>
  )
}
