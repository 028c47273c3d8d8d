import { Filters } from './Filters.tsx'
import { Layers } from './Layers.tsx'
import { Query } from './Query.tsx'

export function ExplorePanel() {
  return (
    <>
      <Query />
      <Filters />
      <Layers />
    </>
  )
}
