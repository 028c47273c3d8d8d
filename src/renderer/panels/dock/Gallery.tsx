// Results as pictures, best first; only what is in view exists in the page.

import { useMemo } from 'react'
import { GridLayout, GridList, GridListItem, Size, Virtualizer } from 'react-aria-components'
import type { SearchHit } from '../../../shared/contract.ts'
import { currentSet } from '../../state/sets.ts'
import { sortedHits } from '../../state/sorted-hits.ts'
import { useApp, useAppState } from '../../state/use-app.ts'
import { Thumbnail } from '../inspector/Thumbnail.tsx'
import { dateText, distanceText, likenessText } from '../wording.ts'
import { NoResults } from './ResultsHead.tsx'

const space = new Size(8, 6)
const pictureLayout = {
  minItemSize: new Size(132, 122),
  maxItemSize: new Size(176, 122),
  minSpace: space,
  maxHorizontalSpace: 8,
}
/** without pictures only the words are left */
const wordLayout = { ...pictureLayout, minItemSize: new Size(132, 44), maxItemSize: new Size(176, 44) }

export function Gallery() {
  const app = useApp()
  const answer = useAppState((state) => state.search.answer)
  const sort = useAppState((state) => state.search.sort)
  const activeRow = useAppState((state) => state.search.activeRow)
  const hasPictures = useAppState((state) => currentSet(state)?.hasThumbnails ?? false)
  const hits = useMemo(() => sortedHits({ answer, sort }), [answer, sort])
  if (hits.length === 0) return <NoResults />
  const show = (row: number) => {
    const hit = hits.find((other) => other.row === row)
    if (hit !== undefined) app.search.showHit(hit).catch(app.notices.fail)
  }
  return (
    <Virtualizer layout={GridLayout} layoutOptions={hasPictures ? pictureLayout : wordLayout}>
      <GridList
        className="gallery"
        aria-label="Results"
        layout="grid"
        items={hits}
        selectionMode="single"
        selectionBehavior="replace"
        disallowEmptySelection
        selectedKeys={activeRow === undefined ? [] : [activeRow]}
        onSelectionChange={(keys) => {
          const [row] = keys === 'all' ? [] : [...keys]
          if (row !== undefined && row !== activeRow) show(Number(row))
        }}
        dependencies={[hits]}
      >
        {(hit) => <GalleryItem id={hit.row} hit={hit} />}
      </GridList>
    </Virtualizer>
  )
}

/** @param id on the element itself: the list keeps its items by it, and an item must never become another's */
function GalleryItem({ id, hit }: { readonly id: number; readonly hit: SearchHit }) {
  const { selection } = useApp()
  const hasPictures = useAppState((state) => currentSet(state)?.hasThumbnails ?? false)
  const name = hit.gridCell ?? `Row ${hit.row}`
  return (
    <GridListItem
      id={id}
      textValue={`${name}, ${hit.distance === undefined ? 'similarity' : 'L2 distance'} ${likenessText(hit)}`}
      className="hit"
      onHoverStart={() => selection.hoverRow(hit.row)}
      onHoverEnd={() => selection.hoverRow(undefined)}
    >
      {hasPictures && <Thumbnail url={hit.thumbnailUrl} alt="" />}
      <span className="hit-line">
        <span className="strong">{hit.distance === undefined ? likenessText(hit) : `L2 ${likenessText(hit)}`}</span>
        <span className="dim truncate">{name}</span>
      </span>
      <span className="hit-line faint">
        <span>{dateText(hit.timestamp)}</span>
        <span className="truncate">{hit.distanceKm === undefined ? '' : distanceText(hit.distanceKm)}</span>
      </span>
    </GridListItem>
  )
}
