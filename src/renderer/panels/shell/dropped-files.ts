// Files of a drop. Electron hands folders over by path; a browser has to walk them.

import type { BroughtFile } from '../../engine-client.ts'

/** @returns files in the order dropped; those of a folder follow in the order the browser lists them, hidden ones left out */
export async function droppedFiles(
  transfer: DataTransfer,
  options: { readonly walkFolders: boolean },
): Promise<readonly BroughtFile[]> {
  // entries and files must be taken before the first await: the list empties when the event ends
  const files = [...transfer.files].map((file) => ({ file, name: file.name }))
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry())
  if (!options.walkFolders || entries.every((entry) => entry === null || entry.isFile)) return files
  const walked: BroughtFile[] = []
  for (const entry of entries) if (entry !== null) walked.push(...(await filesUnder(entry)))
  return walked
}

/** Files of a file input; those of a chosen folder know the way from it. */
export function pickedFiles(list: FileList | null): readonly BroughtFile[] {
  return [...(list ?? [])]
    .map((file) => ({ file, name: file.webkitRelativePath === '' ? file.name : file.webkitRelativePath }))
    .filter(({ name }) => !/(^|\/)\./.test(name))
}

async function filesUnder(entry: FileSystemEntry): Promise<readonly BroughtFile[]> {
  if (isFile(entry)) {
    const file = await new Promise<File>((resolve, reject) => entry.file(resolve, reject))
    return [{ file, name: entry.fullPath.replace(/^\//, '') }]
  }
  if (!isFolder(entry)) return []
  const reader = entry.createReader()
  const files: BroughtFile[] = []
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject))
    if (some.length === 0) return files
    for (const child of some) if (!child.name.startsWith('.')) files.push(...(await filesUnder(child)))
  }
}

function isFile(entry: FileSystemEntry): entry is FileSystemFileEntry {
  return entry.isFile
}

function isFolder(entry: FileSystemEntry): entry is FileSystemDirectoryEntry {
  return entry.isDirectory
}
