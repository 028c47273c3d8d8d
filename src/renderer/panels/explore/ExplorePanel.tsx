import { Layers } from '../layers/Layers.tsx'
import { Filters } from './Filters.tsx'
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
