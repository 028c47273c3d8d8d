// Files of a drop. Electron hands folders over by path; a browser has to walk them.

/** @returns files in the order dropped; those of a folder follow in the order the browser lists them */
export async function droppedFiles(
  transfer: DataTransfer,
  options: { readonly walkFolders: boolean },
): Promise<readonly File[]> {
  // entries and files must be taken before the first await: the list empties when the event ends
  const files = [...transfer.files]
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry())
  if (!options.walkFolders || entries.every((entry) => entry === null || entry.isFile)) return files
  const walked: File[] = []
  for (const entry of entries) if (entry !== null) walked.push(...(await filesUnder(entry)))
  return walked
}

async function filesUnder(entry: FileSystemEntry): Promise<readonly File[]> {
  if (isFile(entry)) return [await new Promise<File>((resolve, reject) => entry.file(resolve, reject))]
  if (!isFolder(entry)) return []
  const reader = entry.createReader()
  const files: File[] = []
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject))
    if (some.length === 0) return files
    for (const child of some) files.push(...(await filesUnder(child)))
  }
}

function isFile(entry: FileSystemEntry): entry is FileSystemFileEntry {
  return entry.isFile
}

function isFolder(entry: FileSystemEntry): entry is FileSystemDirectoryEntry {
  return entry.isDirectory
}
