import { Select } from '../../controls/Select.tsx'
import { useApp, useAppState } from '../../state/use-app.ts'
import { modelText } from '../wording.ts'

const ofItsOwn = 'none'

/** Which open set the new vectors are made like, so that they can be compared with its own. */
export function ExtendChoice() {
  const { embed, notices } = useApp()
  const open = useAppState((state) => state.sets.open)
  const extend = useAppState((state) => state.embed.choices.extend)
  if (open.length === 0) return null
  const chosen = open.find((set) => set.path === extend)
  return (
    <section className="form" aria-label="Comparison">
      <Select
        stacked
        label="Extend a set"
        value={chosen?.setId ?? ofItsOwn}
        options={[
          { id: ofItsOwn, label: 'No, a set of its own' },
          ...open.map((set) => ({ id: set.setId, label: set.name, description: madeWith(set) })),
        ]}
        onChange={(id) => embed.chooseExtend(open.find((set) => set.setId === id)).catch(notices.fail)}
      />
      {chosen !== undefined && (
        <p className="dim">A new file, made as {chosen.name} was: vectors of both can be compared.</p>
      )}
    </section>
  )
}

function madeWith(set: Parameters<typeof modelText>[0]): string {
  return set.model === undefined ? 'does not say which model made it' : `made with ${modelText(set)}`
}
