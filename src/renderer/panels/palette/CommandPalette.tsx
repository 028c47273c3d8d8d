// Everything the window can do, by name.

import { Search } from 'lucide-react'
import { useEffect, useState } from 'react'
import {
  Autocomplete,
  Dialog,
  Input,
  Menu,
  MenuItem,
  Modal,
  ModalOverlay,
  Text,
  TextField,
} from 'react-aria-components'
import type { NamedPlace } from '../../state/named-place.ts'
import { useApp } from '../../state/use-app.ts'
import { type Command, commandsFor, isNamed, placeIn } from './commands.ts'

const mostPlaces = 6

export function CommandPalette() {
  const app = useApp()
  const [text, setText] = useState('')
  const [places, setPlaces] = useState<readonly NamedPlace[]>([])
  const commands = commandsFor(app, text, places)
  useEffect(() => {
    let isLatest = true
    const show = (found: readonly NamedPlace[]) => isLatest && setPlaces(found)
    app.going.placesNamed(placeIn(text), mostPlaces).then(show).catch(app.notices.fail)
    return () => {
      isLatest = false
    }
  }, [app, text])
  const run = (command: Command) => {
    app.view.closeDialog()
    command.run(app)
  }
  return (
    <ModalOverlay
      className="scrim palette-scrim"
      isOpen
      isDismissable
      onOpenChange={(isOpen) => !isOpen && app.view.closeDialog()}
    >
      <Modal className="dialog-frame palette">
        <Dialog className="dialog" aria-label="Commands">
          <Autocomplete inputValue={text} onInputChange={setText} filter={isNamed}>
            <TextField className="palette-field" aria-label="Command" autoFocus>
              <Search className="icon faint" aria-hidden />
              <Input className="palette-input" placeholder="A command, a set, a cell or lat, lon" />
            </TextField>
            <Menu className="menu palette-list" aria-label="Commands" items={commands} renderEmptyState={NoCommand}>
              {(command) => (
                <MenuItem className="menu-item" textValue={command.does} onAction={() => run(command)}>
                  <Text slot="label" className="truncate">
                    {command.does}
                  </Text>
                  {command.shown !== undefined && <kbd>{command.shown}</kbd>}
                  {command.detail !== undefined && <span className="faint truncate">{command.detail}</span>}
                </MenuItem>
              )}
            </Menu>
          </Autocomplete>
        </Dialog>
      </Modal>
    </ModalOverlay>
  )
}

function NoCommand() {
  return <p className="faint palette-empty">No command has these words</p>
}
