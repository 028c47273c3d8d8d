// Areas and conditions that every result must lie in or pass: each a card that can be muted and removed.

import { Eye, EyeOff, Filter as FilterIcon, LandPlot, X } from 'lucide-react'
import { IconButton } from '../../controls/Button.tsx'
import type { Filter } from '../../state/search.ts'
import { useApp, useAppState } from '../../state/use-app.ts'

export function FilterCards() {
  const filters = useAppState((state) => state.search.filters)
  if (filters.length === 0) return null
  return (
    <ul className="stack" aria-label="Filter cards">
      {filters.map((filter) => (
        <FilterCard key={filter.id} filter={filter} />
      ))}
    </ul>
  )
}

function FilterCard({ filter }: { readonly filter: Filter }) {
  const { search, notices } = useApp()
  const { id, muted } = filter
  const name = filter.kind === 'area' ? filter.name : filter.where
  const Icon = filter.kind === 'area' ? LandPlot : FilterIcon
  return (
    <li className="card example">
      <Icon className="icon" aria-hidden />
      <span className={muted ? 'grow truncate faint' : 'grow truncate'} title={name}>
        {name}
      </span>
      <IconButton
        small
        label={muted ? `Use ${name} again` : `Mute ${name}`}
        onPress={() => search.muteFilter(id).catch(notices.fail)}
      >
        {muted ? <EyeOff /> : <Eye />}
      </IconButton>
      <IconButton small label={`Remove ${name}`} onPress={() => search.removeFilter(id).catch(notices.fail)}>
        <X />
      </IconButton>
    </li>
  )
}
