// The browser's way to files: folders of the engine's machine that the user named, or files of this one.

import { ArrowUp, File as FileIcon, Folder, Upload } from 'lucide-react'
import { useCallback, useEffect, useState } from 'react'
import { FileTrigger, ListBox, ListBoxItem } from 'react-aria-components'
import type { CallOutput } from '../../../shared/contract.ts'
import { Button } from '../../controls/Button.tsx'
import { Dialog } from '../../controls/Dialog.tsx'
import { useApp, useAppState } from '../../state/use-app.ts'
import { pickedFiles } from '../shell/dropped-files.ts'
import { bytesText } from '../wording.ts'

type Listing = CallOutput<'listFolder'>

export function OpenDialog() {
  const app = useApp()
  const [listing, setListing] = useState<Listing>()
  const [chosen, setChosen] = useState<readonly string[]>([])
  const verb = useAppState((state) => (state.view.beneath.at(-1) === 'verify' ? 'Take' : 'Open'))
  const hasFolders = useAppState((state) => (state.files.status?.folders.length ?? 0) > 0)

  const list = useCallback(
    (path: string | undefined) => {
      setChosen([])
      app.client.engine
        .listFolder(path === undefined ? {} : { path })
        .then(setListing)
        .catch(app.notices.fail)
    },
    [app],
  )
  useEffect(() => {
    if (hasFolders) list(undefined)
  }, [hasFolders, list])

  const take = (paths: readonly string[]) => {
    app.view.closeDialog()
    app.files.takePaths(paths).catch(app.notices.fail)
  }
  const takeFiles = (picked: FileList | null) => {
    app.view.closeDialog()
    app.files.takeFiles(pickedFiles(picked)).catch(app.notices.fail)
  }
  const target = chosen.length > 0 ? chosen : listing?.path === undefined ? [] : [listing.path]

  return (
    <Dialog
      title={verb === 'Take' ? 'Choose files to verify' : 'Open embeddings or imagery'}
      widthPx={620}
      onClose={app.view.closeDialog}
      foot={
        <>
          <FileTrigger allowsMultiple onSelect={takeFiles}>
            <Button>
              <Upload aria-hidden />
              Files
            </Button>
          </FileTrigger>
          <FileTrigger acceptDirectory onSelect={takeFiles}>
            <Button>Folder</Button>
          </FileTrigger>
          <span className="grow" />
          <Button onPress={app.view.closeDialog}>Cancel</Button>
          {hasFolders && (
            <Button look="primary" isDisabled={target.length === 0} onPress={() => take(target)}>
              {chosen.length > 0 ? `${verb} ${chosen.length === 1 ? 'it' : chosen.length}` : `${verb} this folder`}
            </Button>
          )}
        </>
      }
    >
      {hasFolders ? (
        <FolderList
          listing={listing}
          chosen={chosen}
          onChoose={setChosen}
          onEnter={list}
          onOpen={(path) => take([path])}
        />
      ) : (
        <div className="stack dim">
          <p>Choose files or a folder of this computer.</p>
          <p>
            To see a folder listed here, name it at start: <span className="mono">ground-control serve FOLDER</span>
          </p>
        </div>
      )}
    </Dialog>
  )
}

function FolderList(props: {
  readonly listing: Listing | undefined
  readonly chosen: readonly string[]
  readonly onChoose: (paths: readonly string[]) => void
  readonly onEnter: (path: string | undefined) => void
  readonly onOpen: (path: string) => void
}) {
  const { listing } = props
  if (listing === undefined) return <p className="dim">Reading the folder</p>
  const kindOf = (path: string) => listing.entries.find((entry) => entry.path === path)?.kind
  return (
    <div className="stack">
      <div className="row">
        <Button isDisabled={listing.path === undefined} onPress={() => props.onEnter(listing.parent)}>
          <ArrowUp aria-hidden />
          Up
        </Button>
        <span className="mono grow truncate" title={listing.path}>
          {listing.path ?? 'Folders named at start'}
        </span>
      </div>
      <ListBox
        className="folder-list"
        aria-label="Files"
        selectionMode="multiple"
        selectionBehavior="replace"
        selectedKeys={props.chosen}
        onSelectionChange={(keys) => props.onChoose(keys === 'all' ? [] : [...keys].map(String))}
        onAction={(key) => (kindOf(String(key)) === 'folder' ? props.onEnter(String(key)) : props.onOpen(String(key)))}
        items={listing.entries}
        renderEmptyState={() => <p className="dim">This folder has no files that can be opened</p>}
      >
        {(entry) => (
          <ListBoxItem id={entry.path} textValue={entry.name} className="folder-entry">
            {entry.kind === 'folder' ? (
              <Folder className="icon dim" aria-hidden />
            ) : (
              <FileIcon className="icon faint" aria-hidden />
            )}
            <span className="grow truncate">{entry.name}</span>
            <span className="faint">{entry.byteLength === undefined ? '' : bytesText(entry.byteLength)}</span>
          </ListBoxItem>
        )}
      </ListBox>
    </div>
  )
}
