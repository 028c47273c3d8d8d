// The set on the globe, and the way to the others.

import { ChevronDown } from 'lucide-react'
import { Button, Menu, MenuItem, MenuTrigger, Popover, Separator, Text } from 'react-aria-components'
import { currentSet } from '../../state/sets.ts'
import { useApp, useAppState } from '../../state/use-app.ts'
import { countOf } from '../wording.ts'

export function SetMenu() {
  const app = useApp()
  const set = useAppState(currentSet)
  const open = useAppState((state) => state.sets.open)
  if (set === undefined) return null
  return (
    <>
      <span className="faint" aria-hidden="true">
        /
      </span>
      <MenuTrigger>
        <Button className="set-button" aria-label={`Set: ${set.name}`}>
          <span className="truncate">{set.name}</span>
          <ChevronDown aria-hidden />
        </Button>
        <Popover className="popover" offset={6}>
          <Menu className="menu" aria-label="Open sets">
            {open.map((other) => (
              <MenuItem
                key={other.setId}
                id={other.setId}
                className="menu-item"
                textValue={other.name}
                onAction={() => app.sets.show(other.setId)}
              >
                <Text slot="label">{other.name}</Text>
                <span className="faint">{other.synthetic ? 'synthetic' : ''}</span>
                <Text slot="description">
                  {countOf(other.count, 'fragment')}, {other.dimensions} dimensions
                </Text>
              </MenuItem>
            ))}
            <Separator className="menu-line" />
            <MenuItem className="menu-item" onAction={() => app.files.choose()}>
              <Text slot="label">Open another file</Text>
              <kbd>O</kbd>
            </MenuItem>
            <MenuItem className="menu-item" onAction={() => app.sets.close(set.setId)}>
              <Text slot="label">Close {set.name}</Text>
            </MenuItem>
          </Menu>
        </Popover>
      </MenuTrigger>
      {set.synthetic && <span className="badge">synthetic</span>}
    </>
  )
}
